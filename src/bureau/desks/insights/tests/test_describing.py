"""The built-in describer says what a chart shows, in two languages, with the chart's numbers only."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bureau.desks.insights import catalogue
from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.describe.numbers import check_numbers
from bureau.desks.insights.params import Language
from bureau.desks.insights.rendering.charts import compute_chart
from bureau.desks.insights.tests.tables import TODAY, table

LANGUAGES: tuple[Language, ...] = ("es", "en")


def describe(dataset: Dataset, key: str, language: Language = "es", **params: Any) -> str:
    spec = catalogue.get(key)
    parsed = spec.parse({"language": language, **params}, today=TODAY)
    return spec.describe(compute_chart(spec, dataset, parsed), language)


@pytest.mark.parametrize("key", catalogue.available())
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_described_in_two_to_five_sentences(
    datasets: dict[str, Dataset], key: str, language: Language
) -> None:
    spec = catalogue.get(key)
    chart_data = compute_chart(spec, datasets[spec.facet], spec.parse({}, today=TODAY))
    text = spec.describe(chart_data, language)
    assert 2 <= len(re.findall(r"\.(?:\s|$)", text)) <= 5
    assert "{" not in text
    assert check_numbers(text, chart_data) == []


def test_jurisdictions_name_the_leader_the_followers_and_ecuador() -> None:
    rows = [("CN", 1820), ("US", 130), ("EC", 49), ("NA", 1)]
    dataset = table("countries", *rows)
    assert describe(dataset, "top_patent_countries") == (
        "China [CN] encabeza la lista con 1.820 publicaciones, el 91,0\u00a0% de un total de "
        "2.000. Le siguen Estados Unidos [US] (130) y Ecuador [EC] (49). "
        "Ecuador ocupa el puesto 3 con 49 publicaciones."
    )
    assert describe(dataset, "top_patent_countries", "en") == (
        "China [CN] leads the list with 1,820 publications, 91.0% of a total of 2,000. "
        "Next come United States [US] (130) and Ecuador [EC] (49). "
        "Ecuador is at rank 3 with 49 publications."
    )


def test_one_publication_is_singular_and_absence_is_said() -> None:
    assert "con 1 publicación." in describe(
        table("countries", ("CN", 3), ("EC", 1)), "top_patent_countries"
    )
    assert "Ecuador no figura en los datos." in describe(
        table("countries", ("CN", 3)), "top_patent_countries"
    )


def test_a_shared_lead_is_called_shared() -> None:
    text = describe(table("inventors", ("A B", 3), ("C D", 3)), "top_patent_inventors", top_n=2)
    assert text.startswith("A B comparte el primer lugar")


def test_spanish_and_becomes_e_before_the_sound_i() -> None:
    rows = [("AAA", 9), ("BBB", 3), ("IDEAS SA", 2)]
    text = describe(table("applicants", *rows), "top_patent_applicants", top_n=3)
    assert "Bbb (3) e Ideas SA (2)" in text or "BBB (3) e Ideas SA (2)" in text


def test_a_forecast_names_both_models_and_the_growth() -> None:
    rows = [(year, 10 + 2 * (year - 2005)) for year in range(2005, 2025)]
    text = describe(table("earliest_publication_year", *rows), "patent_forecast", "en")
    assert "The ETS model expects 50.0 for 2025 and 60.0 for 2030." in text
    assert "Between 2014 and 2024 the compound annual growth rate is 5.5%." in text
