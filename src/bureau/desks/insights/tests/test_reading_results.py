"""A "Results" list is counted into the same tables as a "Filters" export."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from bureau.desks.insights import sample
from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.facets import FACETS
from bureau.desks.insights.ingestion.book import Rows
from bureau.desks.insights.ingestion.load import load_datasets
from bureau.desks.insights.ingestion.results import count_results
from bureau.desks.insights.tests.books import named_workbook

HEADER: list[Any] = [
    *("No", "Title", "Inventors", "Applicants", "Publication number", "Earliest priority"),
    *("IPC", "CPC", "Publication date", "Earliest publication", "Family number"),
]
ROWS: list[list[Any]] = [
    [
        *(1, "Paste", "ZHAO YI [CN] \r\nLI BO [CN] \r\nZHAO YI [CN]", "UNIV X [CN];NULL"),
        *("CN112A \r\nUS2020123B2 NA12345A", "2019-01-01", "B33Y70/10 (2020.01) \r\nC08L1/02"),
        *("B33Y70/10 (EP,US) \r\nC08L1/02 (CN)", "2020-02-03 2021-05-01", "2020-02-03", 4711),
    ],
    [
        *(2, "Ink", "ZHAO YI [CN]", "UNIV  X [CN]", "CN113A", "2019-03-01"),
        *("B33Y70/10", "", "2022-02-03", "2022-02-03", 4711),
    ],
    [
        *(3, "Gel", "DOE JANE", "", "EC00042A", "2020-06-01", "", "A61L27/20 (EP)"),
        *("2021-12-03", "2021-12-03", ""),
    ],
]


def count(rows: Rows, *facets: str) -> dict[str, Dataset]:
    return count_results(rows, [FACETS[key] for key in facets or FACETS], "Results")


def test_a_family_counts_once_for_each_distinct_value() -> None:
    counted = count([HEADER, *ROWS])
    assert counted["countries"].rows == (("CN", 1), ("EC", 1), ("NA", 1), ("US", 1))
    assert counted["inventors"].rows == (("DOE JANE", 1), ("LI BO", 1), ("ZHAO YI", 1))
    assert counted["applicants"].rows == (("NULL", 1), ("UNIV X", 1))
    assert counted["inventor_countries"].rows == (("CN", 1),)
    assert counted["countries"].unit == "family"


def test_a_family_counts_in_the_year_of_its_first_publication() -> None:
    assert count([HEADER, *ROWS])["earliest_publication_year"].rows == ((2020, 1), (2021, 1))


def test_symbols_lose_their_offices_and_groups_their_subgroups() -> None:
    counted = count([HEADER, *ROWS])
    assert counted["cpc_subgroups"].rows == (("A61L27/20", 1), ("B33Y70/10", 1), ("C08L1/02", 1))
    assert counted["cpc_main_groups"].rows == (("A61L27", 1), ("B33Y70", 1), ("C08L1", 1))
    assert counted["cpc_offices"].rows == (("EP", 2), ("CN", 1), ("US", 1))


def test_without_family_numbers_each_row_counts() -> None:
    counted = count([HEADER[:-1], *(row[:-1] for row in ROWS)], "inventors", "countries")
    assert counted["inventors"].rows == (("ZHAO YI", 2), ("DOE JANE", 1), ("LI BO", 1))
    assert counted["inventors"].unit == "document"


def test_title_rows_before_the_header_are_skipped_whatever_the_sheet_is_called() -> None:
    sheets: dict[str, Rows] = {"Export": [["Espacenet"], ["3 results found"], [], HEADER, *ROWS]}
    loaded = load_datasets(named_workbook(sheets), ["countries"])
    assert dict(loaded.datasets["countries"].rows)["EC"] == 1
    assert loaded.datasets["countries"].source_kind == "espacenet_results"


def test_a_missing_column_is_a_problem_of_its_facets_only() -> None:
    position = HEADER.index("CPC")
    rows = [[*row[:position], *row[position + 1 :]] for row in [HEADER, *ROWS]]
    loaded = load_datasets(named_workbook({"Results": rows}), ["countries", "cpc_subgroups"])
    assert set(loaded.datasets) == {"countries"}
    assert "gives no 'CPC subgroups' table" in loaded.problems["cpc_subgroups"].message


def test_a_list_without_rows_is_an_error() -> None:
    with pytest.raises(ValidationProblem, match="no rows under it"):
        count([HEADER])


def test_a_generated_list_adds_up() -> None:
    buffer = BytesIO()
    sample.write_results(buffer, 300)
    loaded = load_datasets(buffer.getvalue(), ["earliest_publication_year", "inventors"])
    assert loaded.datasets["earliest_publication_year"].total == 300
    assert loaded.datasets["inventors"].total >= 300
    counts = [count for _, count in loaded.datasets["inventors"].rows]
    assert counts == sorted(counts, reverse=True)
