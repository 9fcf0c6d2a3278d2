"""The Espacenet "Results" export: one row a document, counted into the facet tables.

Columns and separators as in public scripts that read this export (ispras/PTAHA espacenet.R, the
EPO forum's EPOParser): several values stand in one cell on lines of their own, names end in the
country in brackets, CPC symbols in the assigning offices in parentheses, title rows may come first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.facets import COUNT_HEADER, Facet
from bureau.desks.insights.ingestion.book import Book, Rows

if TYPE_CHECKING:
    import polars as pl

RESULTS_SHEET = "Results"
_HEADER_WITHIN = 20
_KNOWN = frozenset(
    {
        *("no", "title", "inventors", "applicants", "publication number"),
        *("earliest priority", "ipc", "cpc", "publication date"),
        *("earliest publication", "family number", "jurisdiction", "number of lens"),
    }
)
_MARKS = frozenset({"publication number", "applicants", "inventors"})
_FAMILY = "family number"
# headings of other languages of Espacenet, and of the CSV that Lens exports
_ALIASES: Mapping[str, str] = {
    **{"titel": "title", "erfinder": "inventors", "anmelder": "applicants"},
    **{"veröffentlichungsnummer": "publication number", "familiennummer": _FAMILY},
    **{"früheste priorität": "earliest priority", "frühestes prioritätsdatum": "earliest priority"},
    **{"veröffentlichungsdatum": "publication date"},
    **{"früheste veröffentlichung": "earliest publication"},
    **{"titre": "title", "inventeurs": "inventors", "demandeurs": "applicants"},
    **{"numéro de publication": "publication number", "numéro de famille": _FAMILY},
    **{"priorité la plus ancienne": "earliest priority", "cib": "ipc"},
    **{"date de publication": "publication date"},
    **{"publication la plus ancienne": "earliest publication"},
    **{"première publication": "earliest publication"},
    **{"título": "title", "inventores": "inventors", "solicitantes": "applicants"},
    **{"número de publicación": "publication number", "número de familia": _FAMILY},
    **{"prioridad más antigua": "earliest priority", "cip": "ipc"},
    **{"fecha de publicación": "publication date"},
    **{"publicación más antigua": "earliest publication"},
    **{
        "cpc classifications": "cpc",
        "ipcr classifications": "ipc",
        "display key": "number of lens",
    },
    **{"earliest priority date": "earliest priority", "lens id": "number of lens"},
}
# Where each facet is read: the first of these columns that the sheet has.
SOURCE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "countries": ("publication number", "jurisdiction"),
    "earliest_publication_year": ("earliest publication", "publication date"),
    "earliest_priority_year": ("earliest priority",),
    "ipc_main_groups": ("ipc",),
    "ipc_subgroups": ("ipc",),
    "cpc_main_groups": ("cpc",),
    "cpc_subgroups": ("cpc",),
    "cpc_offices": ("cpc",),
    "applicants": ("applicants",),
    "inventors": ("inventors",),
    "applicant_countries": ("applicants",),
    "inventor_countries": ("inventors",),
}
_PUBLICATION = r"\b[A-Z]{2} ?[A-Z]{0,2}\d"
_OFFICES = r"\([A-Z, ]+\)"
_JURISDICTION = r"\b[A-Z]{2}\b"
_OFFICE = r"\b[A-Z]{2}\b"
_SYMBOL = r"^([A-HY]\d{2}[A-Z] ?\d{1,4}/\d{2,6})"
_NAME_COUNTRY = r"\[([A-Z]{2})\]$"
_YEAR = r"\b((?:19|20)\d{2})\b"


def find_results_header(rows: Rows) -> int | None:
    """Index of the header row of a results list among the first rows, or None."""
    for index, row in enumerate(rows[:_HEADER_WITHIN]):
        names = set(_names(row))
        if len(names & _KNOWN) >= 3 and names & _MARKS:
            return index
    return None


def results_sheet(book: Book) -> str | None:
    """The sheet that holds a results list, or None."""
    named = sorted(book.sheet_names, key=lambda name: RESULTS_SHEET.casefold() not in name.lower())
    return next(
        (name for name in named if find_results_header(book.rows(name)) is not None),
        None,
    )


def unknown_form(book: Book) -> ValidationProblem:
    """The error for a readable file that is none of the known exports."""
    return ValidationProblem(
        "The workbook is neither a Filters nor a Results export of Espacenet. "
        f"Sheets found: {', '.join(book.sheet_names) or 'none'}. "
        "Expected sheets such as 'Countries (family)', 'Inventors' or 'Results'."
    )


def no_column(facet: Facet, sheet: str) -> ValidationProblem:
    """The error for a results list without the column (or any value) of a facet."""
    columns = SOURCE_COLUMNS.get(facet.key)
    wanted = f" Expected values in column '{columns[0].capitalize()}'." if columns else ""
    return ValidationProblem(
        f"The results list in sheet '{sheet}' gives no '{facet.header}' table.{wanted}"
    )


def count_results(rows: Rows, facets: Iterable[Facet], sheet: str) -> dict[str, Dataset]:
    """Count the rows of a results list into one dataset a facet.

    A family (or a row, where the list has no family numbers) counts once for each distinct value.
    Facets whose column is absent or blank are left out of the answer.

    Raises:
        ValidationProblem: there is no header row, or nothing under it.
    """
    header = find_results_header(rows)
    if header is None:
        raise ValidationProblem(f"Sheet '{sheet}' has no header row of a results list.")
    body = [row for row in rows[header + 1 :] if any(cell not in ("", None) for cell in row)]
    if not body:
        raise ValidationProblem(f"Sheet '{sheet}' has a header but no rows under it.")
    table = _Results(_names(rows[header]), body)
    counted = {facet.key: table.count(facet, sheet) for facet in facets}
    return {key: dataset for key, dataset in counted.items() if dataset is not None}


def _names(row: Sequence[Any]) -> list[str]:
    return [canonical(cell) for cell in row]


def canonical(cell: Any) -> str:
    """The name of a column in lower case, in English where Espacenet wrote another language."""
    name = " ".join(str(cell).casefold().split())
    return _ALIASES.get(name, name)


class _Results:
    """The body of a results list, column by column, with what each row stands for."""

    def __init__(self, names: Sequence[str], body: Rows) -> None:
        self._position = {name: index for index, name in enumerate(names) if name}
        self._body = body
        self._units = self._family_numbers()

    def count(self, facet: Facet, sheet: str) -> Dataset | None:
        column = next((n for n in SOURCE_COLUMNS.get(facet.key, ()) if n in self._position), None)
        if column is None:
            return None
        rows = _tally(self._units, self._cells(column), facet, column)
        if not rows:
            return None
        return Dataset(
            facet=facet.key,
            rows=rows,
            source_kind="espacenet_results",
            sheet_name=sheet,
            key_header=facet.header,
            count_header=COUNT_HEADER,
            unit="family" if _FAMILY in self._position else "document",
        )

    def _cells(self, column: str) -> list[str]:
        index = self._position[column]
        return [str(row[index]) if index < len(row) else "" for row in self._body]

    def _family_numbers(self) -> list[str]:
        if _FAMILY not in self._position:
            return [f"row {i}" for i in range(len(self._body))]
        return [number or f"row {i}" for i, number in enumerate(self._cells(_FAMILY))]


def _tally(
    units: list[str], cells: list[str], facet: Facet, column: str
) -> tuple[tuple[str | int, int], ...]:
    """(value, number of units) of one column, in the order Espacenet would give the facet."""
    import polars as pl

    frame = pl.DataFrame({"unit": units, "cell": cells})
    pieces = frame.select("unit", _pieces(facet, column).alias("value")).explode("value")
    pairs = pieces.select("unit", _value(facet)).drop_nulls()
    if facet.kind == "year":
        pairs = pairs.group_by("unit").agg(pl.col("value").min())
    counted = pairs.unique().group_by("value").len()
    if facet.kind == "year":
        return tuple(counted.sort("value").iter_rows())
    return tuple(counted.sort(["len", "value"], descending=[True, False]).iter_rows())


def _pieces(facet: Facet, column: str) -> pl.Expr:
    """The parts of a cell that hold one value each, as a list."""
    import polars as pl

    cell = pl.col("cell")
    if facet.kind == "year":
        return cell.str.extract_all(_YEAR)
    if column == "jurisdiction":
        return cell.str.extract_all(_JURISDICTION)
    if facet.key == "countries":
        return cell.str.extract_all(_PUBLICATION)
    if facet.key == "cpc_offices":
        return cell.str.extract_all(_OFFICES).list.join(" ").str.extract_all(_OFFICE)
    return cell.str.replace_all(r"\s*[;\r\n]+\s*", "\n").str.split("\n")


def _value(facet: Facet) -> pl.Expr:
    """The value in such a part; null where there is none."""
    import polars as pl

    part = pl.col("value").str.strip_chars()
    if facet.kind == "year":
        return part.cast(pl.Int64)
    if facet.key == "countries":
        return part.str.slice(0, 2)
    if facet.key == "cpc_offices":
        return part
    if facet.key.endswith("_countries"):
        return part.str.extract(_NAME_COUNTRY)
    symbol = part.str.extract(_SYMBOL).str.replace(" ", "", literal=True)
    if facet.key.endswith("_subgroups"):
        return symbol
    if facet.key.endswith("_main_groups"):
        return symbol.str.split("/").list.first()
    name = part.str.replace(_NAME_COUNTRY, "").str.strip_chars().str.replace_all(r"\s+", " ")
    return pl.when(name.str.len_chars() > 0).then(name).alias("value")
