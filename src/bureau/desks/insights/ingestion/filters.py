"""Facet tables: one sheet of an Espacenet "Filters" export to one dataset.

Columns are found by their headers, or by their content where the headers say nothing. A sheet or
column of another facet is never used in place of a missing one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bureau.desks.insights.datasets import Dataset, Key
from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.facets import COUNT_WORDS, Facet, facet_of_title, sheet_for
from bureau.desks.insights.ingestion import cells
from bureau.desks.insights.ingestion.book import Book, Rows

_TOTALS = frozenset(
    [
        "total",
        "totals",
        "sum",
        "subtotal",
        "gesamt",
        "summe",
        "gesamtsumme",
        "somme",
        "suma",
        "totale",
        "合计",
        "合計",
        "总计",
        "總計",
    ]
) | {"grand total", "total général", "total general"}
_ERROR = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|GETTING_DATA)")
YEARS = range(1900, 2101)
_HEADER_WITHIN = 15


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table stands in a sheet: zero-based header row and column positions."""

    header_row: int
    key: int
    count: int


def has_filters(book: Book) -> bool:
    """Whether the book holds at least one facet sheet."""
    return any(facet_of_title(name) for name in book.sheet_names)


def no_sheet(facet: Facet, book: Book) -> ValidationProblem:
    """The error for a workbook without the sheet of a facet."""
    return ValidationProblem(
        f"The workbook has no sheet '{facet.header}'. "
        f"Sheets found: {', '.join(book.sheet_names) or 'none'}. "
        "Tick this filter in the Espacenet export and upload the file again."
    )


def read_facet(book: Book, facet: Facet) -> Dataset:
    """The dataset of `facet`.

    Raises:
        ValidationProblem: the sheet or one of its columns is missing, or a count is impossible.
    """
    sheet = sheet_for(facet, book.sheet_names)
    if sheet is None:
        raise no_sheet(facet, book)
    return read_table(book.rows(sheet), facet, sheet)


def read_table(rows: Rows, facet: Facet, sheet: str) -> Dataset:
    """Read one facet table out of the rows of a sheet.

    Raises:
        ValidationProblem: as for `read_facet`.
    """
    columns = find_columns(rows, facet, sheet)
    header = [cells.text(cell) for cell in rows[columns.header_row]]
    table = _Table(facet, sheet, columns)
    for number, row in enumerate(rows[columns.header_row + 1 :], start=columns.header_row + 2):
        table.add(number, row)
    table.leave_total_out()
    table.check(header[columns.count])
    return Dataset(
        facet=facet.key,
        rows=tuple(table.counts.items()),
        source_kind="espacenet_filters",
        sheet_name=sheet,
        key_header=header[columns.key],
        count_header=header[columns.count],
        unit="family" if "family" in f"{header[columns.key]} {sheet}".casefold() else "document",
        notes=tuple(table.notes),
    )


class _Table:
    """The rows of a facet table as they are read, and what had to be repaired."""

    def __init__(self, facet: Facet, sheet: str, columns: Columns) -> None:
        self.counts: dict[Key, int] = {}
        self.notes: list[str] = []
        self._facet = facet
        self._sheet = sheet
        self._columns = columns

    def add(self, number: int, row: Sequence[Any]) -> None:
        place = f"row {number} of sheet '{self._sheet}'"
        raw_key, raw_count = _at(row, self._columns.key), _at(row, self._columns.count)
        if not cells.text(raw_key):
            if cells.text(raw_count):
                self.notes.append(f"Ignored a count without a name in {place}.")
            return
        if found := _error_of(raw_key) or _error_of(raw_count):
            self.notes.append(f"Left out {place}: a cell holds the error {found}.")
            return
        if self._facet.kind == "year" and _is_total(raw_key):
            self.notes.append(f"Left out the total in {place}.")
            return
        key = _year(raw_key, place) if self._facet.kind == "year" else cells.text(raw_key)
        count = _count(raw_count, place)
        if count is None and not cells.text(raw_count):
            # readers of workbooks show the error of a formula as an empty cell
            self.notes.append(
                f"Left out '{cells.text(raw_key)}' in {place}: its count is empty, or a formula's error."
            )
            return
        if count is None:
            found = cells.text(raw_count)
            self.notes.append(f"Took '{found}' in {place} as 0: it is not a number.")
        if key in self.counts:
            self.notes.append(f"Added up a second row for '{key}' in {place}.")
        self.counts[key] = self.counts.get(key, 0) + (count or 0)

    def leave_total_out(self) -> None:
        """A row that a person added: called a total, and the sum of all others."""
        for key, count in self.counts.items():
            if _is_total(key) and count and count * 2 == sum(self.counts.values()):
                self.notes.append(
                    f"Left out the row '{key}' of sheet '{self._sheet}': it is the sum of the others."
                )
                del self.counts[key]
                return

    def check(self, count_header: str) -> None:
        if not self.counts:
            raise ValidationProblem(f"Sheet '{self._sheet}' has a header but no rows under it.")
        if not any(self.counts.values()):
            raise ValidationProblem(
                f"Column '{count_header}' of sheet '{self._sheet}' holds no numbers."
            )


def find_columns(rows: Rows, facet: Facet, sheet: str) -> Columns:
    """Where the header row, the key column and the count column are.

    Raises:
        ValidationProblem: no such columns; the sentence names those found.
    """
    for index, row in enumerate(rows[:_HEADER_WITHIN]):
        columns = _by_words(row, index, facet)
        if columns:
            return columns
    columns = _by_content(rows, facet)
    if columns:
        return columns
    found = [cells.text(cell) for cell in _first_full_row(rows) if cells.text(cell)]
    raise ValidationProblem(
        f"Sheet '{sheet}' has no columns '{facet.header}' and 'Number of documents'. "
        f"Columns found: {', '.join(found) or 'none'}."
    )


def _by_words(row: Sequence[Any], index: int, facet: Facet) -> Columns | None:
    names = [cell.casefold() if isinstance(cell, str) else "" for cell in row]
    counts = [i for i, name in enumerate(names) if any(word in name for word in COUNT_WORDS)]
    keys = [
        i
        for i, name in enumerate(names)
        if any(word in name for word in facet.key_words) and facet_of_title(name) in (None, facet)
    ]
    # "Total publications" matches the words of both columns: prefer what is a key only.
    key = next((i for i in keys if i not in counts), next(iter(keys), None))
    count = next((i for i in counts if i != key), None)
    return None if key is None or count is None else Columns(index, key, count)


def _by_content(rows: Rows, facet: Facet) -> Columns | None:
    """A first full row of two titles over keys and numbers is taken for the header."""
    start = next((i for i, row in enumerate(rows) if len(_filled(row)) >= 2), None)
    if start is None or start + 1 >= len(rows):
        return None
    header, first = rows[start], rows[start + 1]
    titles = _filled(header)
    if not all(isinstance(header[i], str) for i in titles):
        return None
    if any(facet_of_title(header[i]) not in (None, facet) for i in titles):
        return None
    fits = _looks_like_year if facet.kind == "year" else _looks_like_text
    key = next((i for i in titles if fits(_at(first, i))), None)
    count = next(
        (i for i in titles if i != key and cells.number(_at(first, i)) is not None),
        None,
    )
    return None if key is None or count is None else Columns(start, key, count)


def _is_total(key: Any) -> bool:
    return cells.text(key).casefold().rstrip(":") in _TOTALS


def _error_of(cell: Any) -> str:
    """The name of an error that a formula gave, or ""."""
    return cells.text(cell) if _ERROR.fullmatch(cells.text(cell)) else ""


def _filled(row: Sequence[Any]) -> list[int]:
    return [i for i, cell in enumerate(row) if cells.text(cell)]


def _first_full_row(rows: Rows) -> Sequence[Any]:
    return next((row for row in rows if _filled(row)), ())


def _looks_like_text(cell: Any) -> bool:
    return isinstance(cell, str) and bool(cell.strip()) and cells.number(cell) is None


def _looks_like_year(cell: Any) -> bool:
    return cells.year(cell) in YEARS


def _at(row: Sequence[Any], index: int) -> Any:
    return row[index] if index < len(row) else ""


def _count(cell: Any, place: str) -> int | None:
    number = cells.number(cell)
    if number is None:
        return None
    if number < 0 or not number.is_integer():
        raise ValidationProblem(
            f"The count '{cells.text(cell)}' in {place} is not a whole number of documents."
        )
    return int(number)


def _year(cell: Any, place: str) -> int:
    year = cells.year(cell)
    if year not in YEARS:
        raise ValidationProblem(
            f"'{cells.text(cell)}' in {place} is not a year between {YEARS[0]} and {YEARS[-1]}."
        )
    assert year is not None
    return year
