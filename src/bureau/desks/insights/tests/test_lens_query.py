"""The source parameters of a Lens job become one bounded query."""

from __future__ import annotations

from typing import Any

import pytest

from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.ingestion.lens_query import next_page, parse_lens_params


def test_the_three_parameters_become_one_query() -> None:
    query = parse_lens_params(
        {
            "query": " title:biopolymer ",
            "date_published": [2015, "2020-06"],
            "jurisdiction": "ec, us",
        }
    )
    assert query.first_page(100) == {
        "query": {
            "bool": {
                "must": [{"query_string": {"query": "title:biopolymer"}}],
                "filter": [
                    {"range": {"date_published": {"gte": "2015-01-01", "lte": "2020-06-30"}}},
                    {"terms": {"jurisdiction": ["EC", "US"]}},
                ],
            }
        },
        "include": [
            *("lens_id", "jurisdiction", "date_published", "biblio.parties"),
            *("biblio.priority_claims", "biblio.classifications_cpc"),
            *("biblio.classifications_ipcr", "families.simple_family"),
        ],
        "size": 100,
        "scroll": "1m",
    }
    assert next_page("abc")["scroll_id"] == "abc"


@pytest.mark.parametrize(
    ("value", "span"),
    [
        ("2019", ("2019-01-01", "2019-12-31")),
        (2019, ("2019-01-01", "2019-12-31")),
        ("2015-2020", ("2015-01-01", "2020-12-31")),
        ("2015..2020-02", ("2015-01-01", "2020-02-29")),
        ("2015-03-04 to 2016-05-06", ("2015-03-04", "2016-05-06")),
        ({"from": "2015"}, ("2015-01-01", None)),
        ({"gte": 2015, "lte": 2016}, ("2015-01-01", "2016-12-31")),
        ({"start": None, "end": "2016"}, (None, "2016-12-31")),
    ],
)
def test_dates_are_understood_in_the_forms_people_use(value: Any, span: tuple[str, str]) -> None:
    query = parse_lens_params({"query": "x", "date_published": value})
    assert (query.published_from, query.published_to) == span


def test_a_query_object_is_passed_through() -> None:
    query = parse_lens_params({"query": {"term": {"publication_type": "GRANTED_PATENT"}}})
    assert query.first_page(10)["query"]["bool"]["must"] == [
        {"term": {"publication_type": "GRANTED_PATENT"}}
    ]


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({}, "Give at least one of"),
        ({"query": "  "}, "Give at least one of"),
        ({"qery": "x"}, "Unknown parameter 'qery'. Allowed: query, date_published, jurisdiction"),
        ({"query": 7}, "query must be"),
        ({"date_published": "last year"}, "'last year' is not a date"),
        ({"date_published": "2019-13"}, "is not a date"),
        ({"date_published": [2019]}, r"must be \[from, to\]"),
        ({"date_published": [2020, 2019]}, "after its end"),
        ({"jurisdiction": ["Ecuador"]}, "'ECUADOR' is not a two-letter code"),
    ],
)
def test_what_cannot_be_understood_is_refused(params: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationProblem, match=sentence) as caught:
        parse_lens_params(params)
    assert "source_params" in caught.value.fields
