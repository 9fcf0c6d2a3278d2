"""Numbers in a description are held against the chart: its own pass, invented ones do not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.desks.insights import catalogue
from bureau.desks.insights.describe.numbers import check_numbers
from bureau.desks.insights.params import Language
from bureau.desks.insights.rendering.charts import compute_chart
from bureau.desks.insights.tests.tables import TODAY, table

COUNTRIES: dict[str, Any] = {
    "type": "horizontal_bar",
    "title": "Top 3 Patent Countries",
    "x_axis": {"label": "Número", "values": [130, 500, 1234]},
    "y_axis": {"label": "Jurisdicción", "categories": ["EC", "US", "CN"]},
    "series": [{"name": "Número", "data": [130, 500, 1234], "labels": []}],
    "totals": {
        "total_publications": 2000,
        "top_n": 3,
        "ecuador_rank": 3,
        "ecuador_publications": 130,
    },
    "warnings": [],
}
EVOLUTION: dict[str, Any] = {
    "type": "line",
    "series": [
        {"year": year, "publications": count}
        for year, count in zip(range(2016, 2022), (40, 50, 0, 60, 90, 120), strict=True)
    ],
    "total_publications": 360,
    "years_range": {"start": 2016, "end": 2021},
    "warnings": [],
}
TREEMAP: dict[str, Any] = {
    "type": "treemap",
    "series": [
        {"name": "B33Y70/10", "value": 44, "percentage": 57.14},
        {"name": "C08L1/02", "value": 33, "percentage": 42.86},
    ],
    "total_publications": 77,
    "num_groups": 2,
    "warnings": [],
}


@pytest.mark.parametrize(
    "text",
    [
        "China holds 1,234 of 2,000 publications (61.7%), 734 more than the United States.",
        "China reúne 1.234 de 2.000 publicaciones (61,7 %), 734 más que Estados Unidos.",
        "China reúne 1\u00a0234, es decir 61,70 por ciento; casi 1.200.",
        "The top 2 hold 1,734, or 86.7 percent; Ecuador is 3rd with 130.",
        "China has 2.5 times the publications of the United States, 9.5x those of Ecuador.",
        "Ecuador está en el puesto 3 (6,5 %); los 3 primeros suman 1864.",
        "About 1.2 thousand publications come from China; over 60% of all.",
        "Solo el 38,3 % viene de otras jurisdicciones.",
        "3D printing and CO2 capture, COVID-19 and 5G are mentioned; 18 months of lag.",
        "",
    ],
)
def test_statements_about_jurisdictions_that_hold(text: str) -> None:
    assert check_numbers(text, COUNTRIES) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("China holds 1,243 publications.", ["1,243"]),
        ("China holds 61.9% of them.", ["61.9"]),
        ("China reúne el 500 %.", ["500"]),
        ("Ecuador is 4th.", ["4th"]),
        ("Ecuador está en el puesto 7.", ["7"]),
        ("The series ends in 2023.", ["2023"]),
        ("China has 3.1 times as many.", ["3.1"]),
        ("About 1,500 publications.", ["1,500"]),
        ("The top 5 hold everything.", ["5"]),
        ("China tiene 9999publicaciones.", ["9999publicaciones"]),
        ("Desde 1234 a 4321, y 77 más.", ["4321", "77"]),
    ],
)
def test_statements_about_jurisdictions_that_do_not_hold(text: str, wrong: list[str]) -> None:
    assert check_numbers(text, COUNTRIES) == wrong


@pytest.mark.parametrize(
    "text",
    [
        "Between 2016 and 2021 there were 360 publications, 60 a year.",
        "Los últimos 2 años suman 210, el 58,3 %; de 2020 a 2021 el aumento es del 33,3 %.",
        "Publications tripled from 40 to 120 (+200%), 3 times as many, in 6 years (2016–2021).",
        "The peak of 120 in 2021 exceeds 2020 by 30.",
    ],
)
def test_statements_about_years_that_hold(text: str) -> None:
    assert check_numbers(text, EVOLUTION) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("In 2015 there were 40.", ["2015"]),
        ("Growth of 34.5% from 2020 to 2021.", ["34.5"]),
        ("Los últimos 9 años.", ["9"]),
        ("On average 71 a year.", ["71"]),
    ],
)
def test_statements_about_years_that_do_not_hold(text: str, wrong: list[str]) -> None:
    assert check_numbers(text, EVOLUTION) == wrong


def test_classification_symbols_must_be_in_the_chart() -> None:
    assert check_numbers("B33Y70/10 (44, 57.1%) leads C08L1/02.", TREEMAP) == []
    assert check_numbers("B33Y80/00 leads.", TREEMAP) == ["B33Y80/00"]


counts = st.lists(st.integers(1, 90_000), min_size=3, max_size=25)
languages: st.SearchStrategy[Language] = st.sampled_from(["es", "en"])


def chart_of(key: str, values: list[int]) -> dict[str, Any]:
    spec = catalogue.get(key)
    facet = spec.facet
    if facet == "earliest_publication_year":
        rows: list[tuple[Any, int]] = [(2000 + i, value) for i, value in enumerate(values)]
    else:
        rows = [
            (f"B{i:02}Y1/00" if facet == "cpc_subgroups" else f"{chr(65 + i)}X", value)
            for i, value in enumerate(values)
        ]
    size = "num_groups" if facet == "cpc_subgroups" else "top_n"
    params = {} if facet == "earliest_publication_year" else {size: min(len(values), 15)}
    return compute_chart(spec, table(facet, *rows), spec.parse(params, today=TODAY))


drawn = st.sampled_from([key for key in catalogue.available() if key != "patent_forecast"])


@given(drawn, counts, languages)
def test_what_is_generated_from_the_data_passes(
    key: str, values: list[int], language: Language
) -> None:
    if key.startswith("patent_"):
        values = [*values, 1, 1, 1, 1, 1, 1][:25]
    chart_data = chart_of(key, values)
    assert check_numbers(catalogue.get(key).describe(chart_data, language), chart_data) == []


@given(drawn, counts, languages, st.integers(1, 9), st.data())
def test_a_number_beyond_everything_in_the_chart_fails(
    key: str, values: list[int], language: Language, factor: int, data: st.DataObject
) -> None:
    if key.startswith("patent_"):
        values = [*values, 1, 1, 1, 1, 1, 1][:25]
    chart_data = chart_of(key, values)
    text = catalogue.get(key).describe(chart_data, language)
    numbers = list(re.finditer(r"(?<![\w/.,])\d+(?:[.,]\d+)*(?![\w/])", text))
    spot = data.draw(st.sampled_from(numbers))
    invented = str(factor * 10_000_019)
    corrupted = text[: spot.start()] + invented + text[spot.end() :]
    assert check_numbers(corrupted, chart_data) == [invented]


@given(st.text(max_size=200))
def test_no_text_breaks_the_check(text: str) -> None:
    check_numbers(text, EVOLUTION)
