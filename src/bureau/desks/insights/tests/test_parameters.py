"""Chart parameters are typed and bounded, and errors name what is allowed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bureau.desks.insights import catalogue
from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.params import ChartParams
from bureau.desks.insights.tests.tables import TODAY


def parse(key: str, params: dict[str, Any], config: dict[str, Any] | None = None) -> dict[str, Any]:
    parsed: ChartParams = catalogue.get(key).parse(params, config, TODAY)
    return parsed.model_dump(mode="json")


def test_defaults_are_those_of_the_wire_contract() -> None:
    style = {"palette": "professional", "font_size": "medium", "language": "es"}
    assert parse("top_patent_countries", {}) == {**style, "top_n": 15}
    assert parse("top_patent_inventors", {}) == {**style, "top_n": 10}
    assert parse("top_patent_applicants", {}) == {**style, "top_n": 15}
    assert parse("cpc_treemap", {}) == {**style, "num_groups": 15}
    assert parse("patent_forecast", {}) == {**style, "year_range": None, "cutoff_year": 2025}


def test_the_cutoff_follows_the_day_of_the_chart() -> None:
    spec = catalogue.get("patent_evolution")
    cutoffs = [
        spec.parse({}, today=date(year, 1, 1)).model_dump()["cutoff_year"] for year in (2025, 2031)
    ]
    assert cutoffs == [2024, 2030]


@pytest.mark.parametrize(
    "value", [[2005, 2015], {"start": 2005, "end": 2015}, {"to": 2015, "from": 2005}, (2005, 2015)]
)
def test_a_year_range_is_understood_in_several_forms(value: object) -> None:
    assert parse("patent_evolution", {"year_range": value})["year_range"] == [2005, 2015]


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        (
            {"topn": 5},
            "Unknown parameter 'topn'. Allowed parameters: palette, font_size, language, top_n",
        ),
        ({"top_n": 0}, r"'top_n' should be greater than or equal to 1 \(got 0\)"),
        ({"top_n": 101}, "less than or equal to 100"),
        ({"top_n": "5"}, "'top_n' should be a valid integer"),
        ({"top_n": True}, "valid integer"),
        ({"top_n": 2.5}, "valid integer"),
        ({"palette": "neon"}, "'professional', 'vibrant', 'earth', 'ocean', 'sunset'"),
        ({"language": "fr"}, "'es' or 'en'"),
    ],
)
def test_what_is_not_allowed_is_named(params: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationProblem, match=sentence) as caught:
        parse("top_patent_countries", params)
    assert set(caught.value.fields) == set(params)


@pytest.mark.parametrize("value", [[2015, 2005], [2005], {"start": 2005}, "2005-2015", [1, 2]])
def test_a_year_range_that_makes_no_sense_is_refused(value: object) -> None:
    with pytest.raises(ValidationProblem, match="year_range"):
        parse("patent_evolution", {"year_range": value})


def test_the_jobs_configuration_lies_under_the_charts_parameters() -> None:
    config = {
        "color_palette": "ocean",
        "font_size": "large",
        "custom_params": {"top_n": 7, "num_groups": 9},
    }
    assert parse("top_patent_countries", {}, config)["top_n"] == 7
    merged = parse("top_patent_countries", {"top_n": 3, "color_palette": "earth"}, config)
    assert (merged["top_n"], merged["palette"], merged["font_size"]) == (3, "earth", "large")


def test_a_null_stands_for_the_default() -> None:
    assert parse("top_patent_countries", {"top_n": None, "palette": None})["top_n"] == 15


@pytest.mark.parametrize("config", [{"colour": "ocean"}, {"custom_params": ["top_n"]}])
def test_an_unknown_configuration_is_refused(config: dict[str, Any]) -> None:
    with pytest.raises(ValidationProblem, match="color_palette, font_size, custom_params"):
        parse("top_patent_countries", {}, config)
