"""Guards against files that are small on disk and huge in memory."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from bureau.kernel.errors import InvalidInput
from bureau.kernel.files.sheets import MAX_CELLS, SheetTooLarge, check_sheets
from bureau.kernel.sandbox import Limits, Parser, register
from bureau.kernel.sandbox.parsers import MB

# a Results export of 50,000 rows unpacks to about 60 MB; four times that is generous
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_MEMBERS = 2_000
# the table of contents of an archive: 2,000 members need a tenth of it
MAX_TABLE_BYTES = 4 * MB

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


class BadArchive(InvalidInput):
    """A workbook that is no sound archive."""

    default_message = "The workbook is damaged or encrypted and cannot be opened."


def check_workbook(file: BinaryIO, most_cells: int = MAX_CELLS) -> None:
    """Refuse a workbook that unpacks to far more than it looks, or is not a sound archive.

    Declared sizes are checked first, which costs nothing; then every member is unpacked and
    counted, because a declaration can lie, and the reach of each sheet is found on the way.
    Nothing is kept in memory. Runs in a child: see `WORKBOOK_CHECK`.

    Raises:
        InvalidInput: it unpacks to more than `MAX_UNPACKED_BYTES`, is damaged, or no .xlsx.
        SheetTooLarge: a sheet reaches over more than `most_cells` cells.
    """
    try:
        with ZipFile(file) as archive:
            members = archive.infolist()
            _check_declared(members)
            check_sheets(archive, most_cells, _Meter())
            _check_format(archive.namelist())
    except InvalidInput:
        raise
    except DAMAGE:
        raise BadArchive from None
    finally:
        file.seek(0)


def check_workbook_at(path: Path, most_cells: int) -> None:
    """`check_workbook` for a file; raises the same."""
    with path.open("rb") as file:
        check_workbook(file, most_cells)


WORKBOOK_CHECK = register(
    Parser(
        "files.workbook",
        f"{__name__}:{check_workbook_at.__name__}",
        Limits(memory_bytes=512 * MB, cpu_seconds=60),
        errors=(SheetTooLarge, InvalidInput),
    )
)


class ZipFile(zipfile.ZipFile):
    """An archive whose table of contents is not read where it alone would fill the memory.

    Raises:
        BadZipFile: as the standard library's class, or for a table of more than `MAX_TABLE_BYTES`.
    """

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(cast(BinaryIO, _BoundedReads(file)))


class _BoundedReads:
    """A file that gives `MAX_TABLE_BYTES` at a time at most: the table is read in one piece."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """As the file; a short answer is damage to who asked for more."""
        wanted = MAX_TABLE_BYTES if size < 0 else min(size, MAX_TABLE_BYTES)
        return self._file.read(wanted)


class _Meter:
    """Counts what is unpacked."""

    def __init__(self) -> None:
        self._total = 0

    def __call__(self, length: int) -> None:
        self._total += length
        _check_total(self._total)


def _check_format(names: list[str]) -> None:
    """One reader would try after the other: what is two workbooks at once is none."""
    found = set(names)
    if "xl/workbook.bin" in found or "content.xml" in found:
        raise InvalidInput("The workbook is no .xlsx file. Save it as .xlsx or CSV.")


def _check_declared(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise InvalidInput(f"The workbook holds {len(members)} parts; {MAX_MEMBERS} is the limit.")
    _check_total(sum(member.file_size for member in members))


def _check_total(total: int) -> None:
    if total > MAX_UNPACKED_BYTES:
        limit = MAX_UNPACKED_BYTES // 1024**2
        raise InvalidInput(
            f"The workbook unpacks to more than {limit} MB, which is the limit. "
            "Export fewer rows or fewer sheets."
        )
