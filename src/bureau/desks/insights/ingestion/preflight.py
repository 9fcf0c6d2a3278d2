"""Preflight: a quick look at an upload while its request waits.

It says which charts can be drawn and why others cannot, so that a request that cannot succeed is
refused at once. Sheets of small files are read fully; of large files only the sheet names are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.facets import FACETS, Facet, facet_of_title, sheet_for
from bureau.desks.insights.ingestion import cells, filters, results
from bureau.desks.insights.ingestion.book import Book, Rows
from bureau.desks.insights.ingestion.opening import Source, open_book
from bureau.kernel.files.sheets import MAX_CELLS

# Parsing 2 MB of workbook takes calamine about a tenth of a second.
READ_FULLY_BELOW = 2_000_000


@dataclass
class Preflight:
    """What a look at the file found.

    Attributes:
        form: "filters", "results" or "" where the file is no known export.
        drawable: algorithm keys whose table is there, in the order asked.
        problems: algorithm key -> one sentence why its chart cannot be drawn.
        details: the `validation_details` of the wire contract.
        warnings: what had to be guessed about the file as a whole.
    """

    form: str = ""
    drawable: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether at least one of the charts asked for can be drawn."""
        return bool(self.drawable)

    @property
    def message(self) -> str:
        """What to tell the person who uploaded the file."""
        return " ".join((*self.warnings, self._about_charts))

    @property
    def _about_charts(self) -> str:
        if not self.problems:
            return "The file has everything that the requested charts need."
        if self.drawable:
            return f"Some charts cannot be drawn: {' '.join(dict.fromkeys(self.problems.values()))}"
        return " ".join(dict.fromkeys(self.problems.values()))


def inspect(
    source: Source, wanted: Mapping[str, str], most_cells: int = MAX_CELLS, encoding: str = ""
) -> Preflight:
    """Look at an upload; for files from outside only in a child: see `sandboxed`.

    Args:
        source: path, bytes or binary file.
        wanted: algorithm key -> facet key it needs.
        most_cells: what a sheet may reach over.
        encoding: what a person said that a text file is written in.

    Raises:
        ValidationProblem: the file cannot be opened at all.
    """
    book = open_book(source, most_cells, encoding)
    report = _inspected(book, wanted)
    report.warnings = book.notes
    return report


def _inspected(book: Book, wanted: Mapping[str, str]) -> Preflight:
    if filters.has_filters(book):
        return _inspect_filters(book, wanted)
    sheet = _results_by_name(book) or results.results_sheet(book)
    if sheet is not None:
        return _inspect_results(book, sheet, wanted)
    return _unknown_form(book, wanted)


def _results_by_name(book: Book) -> str | None:
    """Spare the request a full parse of a large results list."""
    if book.size < READ_FULLY_BELOW:
        return None
    names = (name for name in book.sheet_names if name.casefold() == "results")
    return next(names, None)


def _inspect_filters(book: Book, wanted: Mapping[str, str]) -> Preflight:
    found = [name for name in book.sheet_names if facet_of_title(name)]
    read = {name: _validate_sheet(book, name) for name in found}
    report = Preflight("filters", details=_details(book, found, read))
    for algorithm, facet_key in wanted.items():
        problem = _why_not(book, FACETS[facet_key], read)
        if problem is None:
            report.drawable.append(algorithm)
        else:
            report.problems[algorithm] = problem
    return report


def _why_not(book: Book, facet: Facet, read: Mapping[str, dict[str, Any]]) -> str | None:
    sheet = sheet_for(facet, book.sheet_names)
    if sheet is None:
        return filters.no_sheet(facet, book).message
    return " ".join(read[sheet]["errors"]) or None


def _validate_sheet(book: Book, name: str) -> dict[str, Any]:
    facet = facet_of_title(name)
    assert facet is not None
    if book.size >= READ_FULLY_BELOW:
        return _validation(warnings=["Not read yet: the file is large."])
    rows: Rows = ()
    try:
        rows = book.rows(name)
        dataset = filters.read_table(rows, facet, name)
    except ValidationProblem as problem:
        return _validation(rows, errors=[problem.message])
    return _validation(rows, warnings=list(dataset.notes))


def _validation(
    rows: Rows = (), *, errors: Iterable[str] = (), warnings: Iterable[str] = ()
) -> dict[str, Any]:
    """One entry of `sheet_validations`, keys as in the wire contract."""
    filled = [row for row in rows if any(cells.text(cell) for cell in row)]
    body = [cell for row in filled[1:] for cell in row]
    numbers = [cells.number(cell) is not None for cell in body if cells.text(cell)]
    problems = list(errors)
    return {
        "has_data": len(filled) > 1,
        "columns": [cells.text(cell) for cell in filled[0]] if filled else [],
        "has_numeric_column": any(numbers),
        "has_text_column": not all(numbers),
        "is_valid": not problems,
        "errors": problems,
        "warnings": list(warnings),
    }


def _inspect_results(book: Book, sheet: str, wanted: Mapping[str, str]) -> Preflight:
    columns = _results_columns(book, sheet)
    entry = {
        **_validation(),
        "has_data": True,
        "columns": columns or [],
        "has_text_column": True,
    }
    report = Preflight("results", details=_details(book, [sheet], {sheet: entry}))
    known = _results_facets(book, sheet, columns, wanted)
    for algorithm, facet_key in wanted.items():
        if known is None or facet_key in known:
            report.drawable.append(algorithm)
        else:
            report.problems[algorithm] = results.no_column(FACETS[facet_key], sheet).message
    return report


def _results_facets(
    book: Book, sheet: str, columns: list[str] | None, wanted: Mapping[str, str]
) -> set[str] | None:
    """The facets that the list gives a table for; None where reading it would take too long."""
    if columns is None:
        return None
    facets = [FACETS[key] for key in dict.fromkeys(wanted.values())]
    try:
        return set(results.count_results(book.rows(sheet), facets, sheet))
    except ValidationProblem:
        return set()


def _results_columns(book: Book, sheet: str) -> list[str] | None:
    """Header texts of the results list; None where reading them would take too long."""
    if book.size >= READ_FULLY_BELOW:
        return None
    rows = book.rows(sheet)
    header = results.find_results_header(rows)
    return [cells.text(cell) for cell in rows[header]] if header is not None else []


def _unknown_form(book: Book, wanted: Mapping[str, str]) -> Preflight:
    sentence = results.unknown_form(book).message
    return Preflight(problems=dict.fromkeys(wanted, sentence), details=_details(book, [], {}))


def _details(book: Book, found: list[str], read: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "found_sheets": found,
        "available_sheets": list(book.sheet_names),
        "sheet_validations": read,
    }
