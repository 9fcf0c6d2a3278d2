"""Old Office files, which are file systems in a file (OLE compound files): what one holds.

Layout: [MS-CFB], 2.2: the header names the directory's first sector; an entry of 128 bytes begins
with its name in UTF-16.
"""

from __future__ import annotations

from typing import BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY, _DIRECTORY = 128, 4 * 4096
_STREAMS = {
    "EncryptedPackage": "application/x-encrypted-office",
    "WordDocument": "application/msword",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
    "__properties_version1.0": "application/vnd.ms-outlook",
}
# a workbook is what most callers want, and what a damaged directory is taken for
OTHERWISE = "application/vnd.ms-excel"


def compound_type(file: BinaryIO) -> str:
    """The media type of a compound file, by the names of its streams."""
    file.seek(0)
    header = file.read(512)
    size = 1 << min(int.from_bytes(header[30:32], "little"), 16)
    file.seek((int.from_bytes(header[48:52], "little") + 1) * size)
    directory = file.read(_DIRECTORY)
    names = {_name(directory[at : at + 64]) for at in range(0, len(directory), _ENTRY)}
    return next((kind for name, kind in _STREAMS.items() if name in names), OTHERWISE)


def _name(raw: bytes) -> str:
    return raw.decode("utf-16-le", errors="replace").split("\x00")[0]
