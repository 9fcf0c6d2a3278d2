"""The files' part of a backup: one archive, read while others write and delete."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from bureau.kernel.ops.backup.manifest import Measured
from bureau.runtime.errors import OperatorError


def pack(folder: Path, target: Path) -> tuple[int, str]:
    """Write all files below `folder` into one archive; returns its size and checksum.

    A file that is deleted meanwhile is left out: the row that named it is deleted too, or the
    database's copy, which was taken before, names one that its owner removed.
    """
    target.touch(mode=0o600, exist_ok=False)
    with target.open("wb") as raw:
        measured = Measured(raw)
        # not packed tighter: most of what is kept is packed already
        with tarfile.open(fileobj=cast("IO[bytes]", measured), mode="w|") as archive:
            for path in _files(folder):
                _add(archive, path, path.relative_to(folder))
        return measured.measure


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            yield Path(place) / name


def _add(archive: tarfile.TarFile, path: Path, name: Path) -> None:
    try:
        with path.open("rb") as file:
            member = archive.gettarinfo(arcname=str(name), fileobj=file)
            # a file that still grows is cut at the length that the archive announces
            archive.addfile(member, file)
    except FileNotFoundError:
        return


def unpack(source: Path, folder: Path) -> int:
    """Put the files back below `folder`; returns how many.

    Raises:
        OperatorError: the archive names something that is not a file below it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    count = 0
    try:
        with tarfile.open(source, mode="r|") as archive:
            for member in archive:
                archive.extract(member, folder, filter="data", set_attrs=True)
                count += member.isfile()
    except tarfile.TarError as problem:
        raise OperatorError(f"{source} cannot be unpacked: {problem}.") from None
    return count


def require_empty(folder: Path) -> None:
    """Refuse a folder that holds files.

    Raises:
        OperatorError: it does; nothing was changed.
    """
    first = next(_files(folder), None) if folder.exists() else None
    if first:
        raise OperatorError(
            f"{folder} is not empty (it holds {first.relative_to(folder)}): restore into a new "
            "data directory. Nothing was changed."
        )
