"""Facet sheets of a "Filters" export become datasets, strictly."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.facets import FACETS, facet_of_title
from bureau.desks.insights.ingestion import cells, filters
from bureau.desks.insights.ingestion.book import Rows
from bureau.desks.insights.ingestion.load import load_datasets
from bureau.desks.insights.tests.books import named_workbook

COUNT = "Number of documents"


def read(facet: str, rows: Rows, sheet: str = "") -> Dataset:
    return filters.read_table(rows, FACETS[facet], sheet or FACETS[facet].sheet)


def test_all_thirteen_facets_of_an_export_are_read(datasets: dict[str, Dataset]) -> None:
    assert set(datasets) == set(FACETS)
    for dataset in datasets.values():
        assert dataset.notes == ()
        assert all(count >= 1 for _, count in dataset.rows)
        assert len({key for key, _ in dataset.rows}) == len(dataset.rows)


def test_years_are_numbers_and_codes_are_text(datasets: dict[str, Dataset]) -> None:
    assert all(isinstance(key, int) for key, _ in datasets["earliest_publication_year"].rows)
    assert all(isinstance(key, str) for key, _ in datasets["countries"].rows)


def test_only_facets_named_by_family_count_families(datasets: dict[str, Dataset]) -> None:
    assert datasets["countries"].unit == "family"
    assert datasets["inventors"].unit == "document"


def test_namibia_and_people_called_null_are_not_missing_values() -> None:
    dataset = read("countries", [["Countries (family)", COUNT], ["NA", 3.0], ["US", 2.0]])
    assert dataset.rows == (("NA", 3), ("US", 2))
    names = read("inventors", [["Inventors", COUNT], ["NULL", 2], ["NONE", 1], [True, 1]])
    assert [key for key, _ in names.rows] == ["NULL", "NONE", "TRUE"]


def test_headers_are_kept_word_for_word() -> None:
    dataset = read("applicants", [["Solicitante", "Cantidad de documentos"], ["ACME", 2]])
    assert dataset.columns_map == {"key": "Solicitante", "count": "Cantidad de documentos"}


@pytest.mark.parametrize(
    ("facet", "header"),
    [
        ("countries", ["País", "Total"]),
        ("countries", ["Total", "Jurisdiction"]),
        ("inventors", ["Autor", "Publications"]),
        ("cpc_subgroups", ["Clase", "Patentes"]),
        ("earliest_publication_year", ["Año", "Number"]),
    ],
)
def test_columns_are_found_by_their_words_in_any_order(facet: str, header: list[str]) -> None:
    key: object = 2019 if FACETS[facet].kind == "year" else "B33Y70/10"
    row = [7, key] if header[0] == "Total" else [key, 7]
    dataset = read(facet, [list[object](header), row])
    assert dataset.rows == ((key, 7),)


def test_a_header_that_says_nothing_is_accepted_where_the_content_is_clear() -> None:
    dataset = read("inventors", [["A", "B"], ["DOE JANE", 4], ["ROE RICHARD", 1]])
    assert dataset.rows == (("DOE JANE", 4), ("ROE RICHARD", 1))


def test_a_column_of_another_facet_is_refused() -> None:
    rows: Rows = [["Inventors", COUNT], ["DOE JANE", 4]]
    assert read("inventors", rows).rows
    with pytest.raises(ValidationProblem, match="Columns found: Inventors, Number of documents"):
        read("countries", rows)


def test_title_rows_above_the_header_are_skipped() -> None:
    rows: Rows = [["Espacenet", ""], ["", ""], ["Countries (family)", COUNT], ["CN", 8]]
    assert read("countries", rows).rows == (("CN", 8),)


def test_a_missing_sheet_is_named_and_no_other_sheet_stands_in() -> None:
    book = named_workbook({"Inventors - country": [["Inventors - country", COUNT], ["US", 2]]})
    loaded = load_datasets(book, ["inventors", "inventor_countries"])
    assert set(loaded.datasets) == {"inventor_countries"}
    message = loaded.problems["inventors"].message
    assert "no sheet 'Inventors'" in message
    assert "Sheets found: Inventors - country" in message


def test_sheet_titles_match_by_part_whatever_their_case() -> None:
    rows: Rows = [["Countries", COUNT], ["CN", 8]]
    loaded = load_datasets(named_workbook({"MY COUNTRIES (FAMILY) 2": rows}), ["countries"])
    assert loaded.datasets["countries"].sheet_name == "MY COUNTRIES (FAMILY) 2"


@pytest.mark.parametrize("count", [-1, 2.5, "-3", "2,5"])
def test_an_impossible_count_is_refused_with_its_place(count: object) -> None:
    rows: Rows = [["Countries (family)", COUNT], ["CN", 8], ["US", count]]
    with pytest.raises(ValidationProblem, match=r"row 3 of sheet 'Countries \(family\)'"):
        read("countries", rows)


def test_a_count_that_is_no_number_is_zero_and_noted() -> None:
    dataset = read("countries", [["Countries (family)", COUNT], ["CN", 8], ["US", "many"]])
    assert dataset.rows == (("CN", 8), ("US", 0))
    assert "'many' in row 3" in dataset.notes[0]


def test_counts_that_are_all_text_are_an_error() -> None:
    with pytest.raises(ValidationProblem, match="holds no numbers"):
        read("countries", [["Countries (family)", COUNT], ["CN", "a"], ["US", "b"]])


def test_a_year_out_of_range_is_refused() -> None:
    rows: Rows = [["Earliest publication date (family)", COUNT], [2019, 4], [23, 1]]
    with pytest.raises(ValidationProblem, match=r"'23' in row 3 .* is not a year between 1900"):
        read("earliest_publication_year", rows)


def test_dates_count_as_their_year() -> None:
    rows: Rows = [["Fecha", COUNT], [date(2019, 5, 4), 2], ["2020-01-31", 3]]
    assert read("earliest_publication_year", rows).rows == ((2019, 2), (2020, 3))


def test_repeated_keys_are_added_up_and_noted() -> None:
    dataset = read("countries", [["Countries (family)", COUNT], ["EC", 2], ["EC", 3]])
    assert dataset.rows == (("EC", 5),)
    assert "second row for 'EC'" in dataset.notes[0]


def test_an_empty_table_is_an_error() -> None:
    with pytest.raises(ValidationProblem, match="has a header but no rows"):
        read("countries", [["Countries (family)", COUNT], ["", ""]])


def test_every_facet_knows_its_own_sheet_title_and_no_other() -> None:
    for facet in FACETS.values():
        assert facet_of_title(facet.sheet) is facet
        assert facet_of_title(facet.header.upper()) is facet
    assert facet_of_title("Query") is None


def test_a_real_sheet_is_parsed_once(workbook_path: Path) -> None:
    from bureau.desks.insights.ingestion.opening import open_book

    book = open_book(workbook_path)
    assert book.rows("Inventors") is book.rows("Inventors")


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from([",", ".", "\u00a0", " "]))
def test_whole_numbers_are_read_with_any_thousands_mark(number: int, mark: str) -> None:
    assert cells.number(str(number)) == number
    assert cells.number(f"{number:,d}".replace(",", mark)) == number


@given(st.text())
def test_no_text_breaks_the_cell_readers(text: str) -> None:
    assert cells.text(text) == " ".join(text.split())
    cells.number(text)
    cells.year(text)
