"""Excel workbooks, read by calamine: the sheet whose headers are known best."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from bureau.desks.imaging.importing.headers import Family
from bureau.desks.imaging.importing.reading import HEADER_WITHIN, Numbered
from bureau.desks.imaging.importing.tables import TableSource
from bureau.kernel.errors import InvalidInput
from bureau.kernel.files.guards import check_workbook
from bureau.kernel.files.sheets import MAX_CELLS

_LONG = 10**15
_SHOWN = 5


class WorkbookSource(TableSource):
    """A sheet of a workbook. Row numbers are those that Excel shows."""

    def __init__(
        self,
        path: Path,
        family: Family,
        mapping: Mapping[str, str] | None = None,
        most_cells: int = MAX_CELLS,
    ) -> None:
        self._sheet = _best_sheet(_open(path, most_cells), family)
        super().__init__(family, mapping)
        self._note_repeated_headers()
        self._note_lost_digits()

    def _note_lost_digits(self) -> None:
        """A number of a workbook has fifteen digits; what stood behind them is gone already."""
        place = self.columns.places.get("exam_id")
        if place is None:
            return
        rows = (n for n, cells in self._data() if place < len(cells) and _is_long(cells[place]))
        if found := list(islice(rows, _SHOWN)):
            self.columns.notes.append(
                f"The exam_id in row {', '.join(map(str, found))} is a number of more than 15 digits: "
                "a workbook keeps no more of a number, so the last ones may be wrong. "
                "Format the column as text where the file is made."
            )

    def _note_repeated_headers(self) -> None:
        for number, cells in islice(self._rows(), HEADER_WITHIN + 2):
            if self._repeats_headers(number, cells):
                self.columns.notes.append(f"Row {number} repeats the headers and is left out.")

    def _rows(self) -> Iterator[Numbered]:
        return enumerate(self._sheet.iter_rows(), start=1)


def _is_long(cell: Any) -> bool:
    is_number = isinstance(cell, (int, float)) and not isinstance(cell, bool)
    return is_number and abs(cell) >= _LONG


def _open(path: Path, most_cells: int) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    if not zipfile.is_zipfile(path):
        raise InvalidInput("The file is no .xlsx workbook. Save it as .xlsx or CSV.")
    try:
        with path.open("rb") as file:
            check_workbook(file, most_cells)
            return CalamineWorkbook.from_filelike(file)
    except PasswordError:
        raise InvalidInput("The workbook is protected by a password.") from None
    except (CalamineError, OSError, ValueError):
        raise InvalidInput("The workbook is damaged and cannot be opened.") from None


def _best_sheet(book: Any, family: Family) -> Any:
    from python_calamine import CalamineError

    best, most = None, -1
    for name in book.sheet_names:
        try:
            sheet = book.get_sheet_by_name(name)
        except (CalamineError, ValueError):
            raise InvalidInput(f"Sheet '{name}' is damaged and cannot be read.") from None
        # a sheet that is not kept gives its memory back before the next is read
        if (known := _known(sheet, family)) > most:
            best, most = sheet, known
    if best is None:
        raise InvalidInput("The workbook has no sheet.")
    return best


def _known(sheet: Any, family: Family) -> int:
    rows = islice(sheet.iter_rows(), HEADER_WITHIN)
    return max((family.known(row) for row in rows), default=0)
