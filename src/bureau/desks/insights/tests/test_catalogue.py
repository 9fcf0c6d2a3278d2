"""The catalogue finds every algorithm file and costs the web process nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bureau.desks.insights import catalogue
from bureau.desks.insights.errors import UnknownAlgorithm
from bureau.desks.insights.facets import FACETS

KEYS = [
    "cpc_treemap",
    "patent_cumulative",
    "patent_evolution",
    "patent_forecast",
    "patent_trends_cumulative",
    "top_patent_applicants",
    "top_patent_countries",
    "top_patent_inventors",
]
HEAVY = ("matplotlib", "polars", "statsmodels", "pandas", "python_calamine", "numpy", "httpx")


def test_the_eight_algorithms_are_there() -> None:
    assert catalogue.available() == KEYS
    assert {spec.version for spec in catalogue.specs()} == {"1.0"}


@pytest.mark.parametrize("key", KEYS)
def test_an_algorithm_says_what_it_needs(key: str) -> None:
    spec = catalogue.get(key)
    assert spec.key == key
    assert spec.facet in FACETS
    assert set(spec.title) == {"es", "en"}


@pytest.mark.parametrize(("key", "version"), [("x", "1.0"), ("patent_forecast", "2.0")])
def test_an_unknown_algorithm_is_refused_in_the_words_of_the_wire_contract(
    key: str, version: str
) -> None:
    with pytest.raises(UnknownAlgorithm) as caught:
        catalogue.get(key, version)
    assert caught.value.message == (
        f"Algorithm '{key}' version '{version}' not found in registry. Available algorithms: {KEYS}"
    )


def test_the_facets_of_a_request_are_known_without_reading_anything() -> None:
    wanted = [("cpc_treemap", "1.0"), ("patent_forecast", "1.0")]
    assert catalogue.facets_for(wanted) == {
        "cpc_treemap": "cpc_subgroups",
        "patent_forecast": "earliest_publication_year",
    }


def test_validating_a_request_loads_no_heavy_library() -> None:
    code = (
        "import sys\n"
        "from bureau.desks.insights import catalogue\n"
        "from bureau.desks.insights.ingestion import lens_query, preflight\n"
        "from bureau.desks.insights.rendering import charts\n"
        "[spec.parse({}) for spec in catalogue.specs()]\n"
        f"print([name for name in {(*HEAVY, 'django')!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
