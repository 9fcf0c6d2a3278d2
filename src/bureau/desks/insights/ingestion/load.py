"""Loading: the datasets that a job needs, out of whichever export was uploaded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.facets import FACETS, Facet
from bureau.desks.insights.ingestion import filters, results
from bureau.desks.insights.ingestion.book import Book
from bureau.desks.insights.ingestion.opening import Source, open_book
from bureau.kernel.files.sheets import MAX_CELLS


@dataclass
class Loaded:
    """What could be read: facet key -> dataset, and facet key -> why not."""

    datasets: dict[str, Dataset] = field(default_factory=dict)
    problems: dict[str, ValidationProblem] = field(default_factory=dict)


def load_datasets(
    source: Source | Book, facets: Iterable[str], most_cells: int = MAX_CELLS, encoding: str = ""
) -> Loaded:
    """Read the named facets; each is read strictly, none stands in for another.

    Files from outside are opened in a child only: see `sandboxed`.

    Raises:
        ValidationProblem: the file cannot be opened, or is no export that this desk knows.
    """
    book = source if isinstance(source, Book) else open_book(source, most_cells, encoding)
    wanted = [FACETS[key] for key in dict.fromkeys(facets)]
    if filters.has_filters(book):
        return _with_notes(_from_filters(book, wanted), book.notes)
    sheet = results.results_sheet(book)
    if sheet is None:
        raise results.unknown_form(book)
    return _with_notes(_from_results(book, sheet, wanted), book.notes)


def _with_notes(loaded: Loaded, notes: tuple[str, ...]) -> Loaded:
    for key, table in loaded.datasets.items():
        loaded.datasets[key] = replace(table, notes=(*notes, *table.notes))
    return loaded


def _from_filters(book: Book, wanted: list[Facet]) -> Loaded:
    loaded = Loaded()
    for facet in wanted:
        try:
            loaded.datasets[facet.key] = filters.read_facet(book, facet)
        except ValidationProblem as problem:
            loaded.problems[facet.key] = problem
    return loaded


def _from_results(book: Book, sheet: str, wanted: list[Facet]) -> Loaded:
    datasets = results.count_results(book.rows(sheet), wanted, sheet)
    missing = [facet for facet in wanted if facet.key not in datasets]
    return Loaded(datasets, {facet.key: results.no_column(facet, sheet) for facet in missing})
