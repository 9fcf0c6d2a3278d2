"""Lending files to a child: as open descriptors, so that no path and no permission is needed.

The child opens `/proc/self/fd/N`. Where it runs under another uid it could not open a file that is
its owner's alone; such a file is copied once into one that has no name.
"""

from __future__ import annotations

import io
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Lent:
    """A file for a parser: a path, an open file or bytes. The function gets a `Path`."""

    source: Path | BinaryIO | bytes


def descriptor_of(lent: Lent, *, by_others: bool) -> int:
    """A descriptor of its own for reading the content from its start.

    Args:
        by_others: whether it must be readable for another uid.
    """
    source = lent.source
    if isinstance(source, bytes):
        return _copied(io.BytesIO(source))
    found = _opened(source)
    if found is None:
        assert not isinstance(source, Path)
        return _rewound_copy(source)
    if by_others and not os.fstat(found).st_mode & stat.S_IROTH:
        with os.fdopen(found, "rb") as file:
            return _copied(file)
    return found


def _opened(source: Path | BinaryIO) -> int | None:
    if isinstance(source, Path):
        return os.open(source, os.O_RDONLY | os.O_CLOEXEC)
    try:
        number = source.fileno()
    except (OSError, AttributeError):
        return None
    source.flush()
    # opened anew: the caller keeps its own place in the file
    return os.open(f"/proc/self/fd/{number}", os.O_RDONLY | os.O_CLOEXEC)


def _rewound_copy(file: BinaryIO) -> int:
    place = file.tell()
    file.seek(0)
    try:
        return _copied(file)
    finally:
        file.seek(place)


def _copied(file: BinaryIO) -> int:
    # without a name from its first moment: nobody else can open it, whatever its mode says
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(file, copy, CHUNK)
        copy.flush()
        os.fchmod(copy.fileno(), 0o444)
        return os.open(f"/proc/self/fd/{copy.fileno()}", os.O_RDONLY | os.O_CLOEXEC)
