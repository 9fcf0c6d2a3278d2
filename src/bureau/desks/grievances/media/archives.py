"""Archives of complainants: how much is inside, counted and forgotten. Pure."""

from __future__ import annotations

import zipfile
from gzip import GzipFile
from pathlib import Path
from typing import BinaryIO, cast

from bureau.kernel.errors import InvalidInput
from bureau.kernel.files.guards import DAMAGE, ZipFile

# an archive that unpacks to more, or that shrinks more, is a bomb
MAX_UNPACKED = 200 * 1024**2
MAX_RATIO = 120
MAX_MEMBERS = 2_000
CHUNK = 1 << 16
_DAMAGED = "The archive is damaged or encrypted."


class WrongKind(InvalidInput):
    """A file that is not what its name says, or of a kind that is not taken."""

    code = "FILE_TYPE_NOT_ALLOWED"


def check_contents(members: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive by its table of contents.

    Raises:
        WrongKind: too many members, too much inside, or shrunk as only a bomb is.
    """
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    is_bomb = unpacked > 1024**2 and unpacked > MAX_RATIO * max(packed, 1)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or is_bomb:
        raise WrongKind("The archive holds too much.")


def is_tar(file: BinaryIO) -> bool:
    """Whether a file begins with a header of tar, by the sum that the header holds of itself."""
    file.seek(0)
    head = file.read(512)
    file.seek(0)
    said = head[148:156].strip(b" \0")
    if len(head) < 512 or not said or not set(said) <= set(b"01234567"):
        return False
    return int(said, 8) == sum(head[:148]) + 8 * 32 + sum(head[156:])


def count_zip(path: Path) -> int:
    """How many bytes a ZIP archive unpacks to.

    Raises:
        WrongKind: too many, or the archive is damaged.
    """
    try:
        with path.open("rb") as file, ZipFile(file) as archive:
            check_contents(archive.infolist())
            total = 0
            for member in archive.infolist():
                with archive.open(member) as part:
                    total += _count(part, MAX_UNPACKED - total)
    except DAMAGE:
        raise WrongKind(_DAMAGED) from None
    return total


def count_gzip(path: Path) -> int:
    """How many bytes a gzip file unpacks to; raises as `count_zip`."""
    with path.open("rb") as file:
        return _count(GzipFile(fileobj=file), MAX_UNPACKED)


def _count(part: object, most: int) -> int:
    """Unpack and forget; a table of contents can lie."""
    total = 0
    try:
        while chunk := cast(BinaryIO, part).read(CHUNK):
            total += len(chunk)
            if total > most:
                raise WrongKind("The archive holds too much.")
    except DAMAGE:
        raise WrongKind(_DAMAGED) from None
    return total
