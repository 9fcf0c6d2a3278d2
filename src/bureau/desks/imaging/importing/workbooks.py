"""Excel workbooks, read by calamine: the sheet whose headers are known best."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from bureau.desks.imaging.importing.headers import Family
from bureau.desks.imaging.importing.reading import (
    HEADER_WITHIN,
    Chunk,
    Columns,
    Numbered,
    columns_of,
    find_header,
    is_header,
    text,
    written,
)
from bureau.kernel.errors import InvalidInput
from bureau.kernel.files.guards import check_workbook


class WorkbookSource:
    """A sheet of a workbook. Row numbers are those that Excel shows."""

    def __init__(
        self, path: Path, family: Family, mapping: Mapping[str, str] | None = None
    ) -> None:
        self._family = family
        self._sheet = _best_sheet(_open(path), family)
        self._header, cells = find_header(self._rows(), family)
        self.columns: Columns = columns_of(cells, family, mapping)
        self._note_repeated_headers()

    def chunks(self, batch_id: int, after: int, size: int) -> Iterator[Chunk]:
        """See `reading.Source`."""
        rows = (row for row in self._data() if row[0] > after)
        return written(rows, self.columns, self._family, batch_id, size)

    def head(self, count: int) -> list[list[str | None]]:
        """See `reading.Source`."""
        return [[text(cell) for cell in cells] for _, cells in islice(self._data(), count)]

    def _note_repeated_headers(self) -> None:
        for number, cells in islice(self._rows(), HEADER_WITHIN + 2):
            if self._header < number <= self._header + 2 and is_header(cells, self._family):
                self.columns.notes.append(f"Row {number} repeats the headers and is left out.")

    def _data(self) -> Iterator[Numbered]:
        for number, cells in self._rows():
            if number > self._header and not (
                number <= self._header + 2 and is_header(cells, self._family)
            ):
                yield number, cells

    def _rows(self) -> Iterator[Numbered]:
        return enumerate(self._sheet.iter_rows(), start=1)


def _open(path: Path) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    if not zipfile.is_zipfile(path):
        raise InvalidInput("The file is no .xlsx workbook. Save it as .xlsx or CSV.")
    try:
        with path.open("rb") as file:
            check_workbook(file)
            file.seek(0)
            return CalamineWorkbook.from_filelike(file)
    except PasswordError:
        raise InvalidInput("The workbook is protected by a password.") from None
    except (CalamineError, OSError, ValueError):
        raise InvalidInput("The workbook is damaged and cannot be opened.") from None


def _best_sheet(book: Any, family: Family) -> Any:
    from python_calamine import CalamineError

    sheets = []
    for name in book.sheet_names:
        try:
            sheets.append(book.get_sheet_by_name(name))
        except (CalamineError, ValueError):
            raise InvalidInput(f"Sheet '{name}' is damaged and cannot be read.") from None
    if not sheets:
        raise InvalidInput("The workbook has no sheet.")
    return max(sheets, key=lambda sheet: _known(sheet, family))


def _known(sheet: Any, family: Family) -> int:
    rows = islice(sheet.iter_rows(), HEADER_WITHIN)
    return max((family.known(row) for row in rows), default=0)
