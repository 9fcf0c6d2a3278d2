"""Guards against files that are small on disk and huge in memory."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from typing import BinaryIO

from bureau.kernel.errors import InvalidInput

# a Results export of 50,000 rows unpacks to about 60 MB; four times that is generous
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_MEMBERS = 2_000
CHUNK = 1 << 16

# what the standard library raises for archives that are not what they say
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


def check_workbook(file: BinaryIO) -> None:
    """Refuse a workbook that unpacks to more than `MAX_UNPACKED_BYTES` or is not a sound archive.

    Declared sizes are checked first, which costs nothing; then every member is unpacked and
    counted, because a declaration can lie. Nothing is kept in memory.

    Raises:
        InvalidInput: with a sentence that says what was found.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_declared(members)
            _check_real(archive, members)
    except DAMAGE:
        raise InvalidInput("The workbook is damaged or encrypted and cannot be opened.") from None
    finally:
        file.seek(0)


def _check_declared(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise InvalidInput(f"The workbook holds {len(members)} parts; {MAX_MEMBERS} is the limit.")
    _check_total(sum(member.file_size for member in members))


def _check_real(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    total = 0
    for member in members:
        with archive.open(member) as part:
            while chunk := part.read(CHUNK):
                total += len(chunk)
                _check_total(total)


def _check_total(total: int) -> None:
    if total > MAX_UNPACKED_BYTES:
        limit = MAX_UNPACKED_BYTES // 1024**2
        raise InvalidInput(
            f"The workbook unpacks to more than {limit} MB, which is the limit. "
            "Export fewer rows or fewer sheets."
        )
