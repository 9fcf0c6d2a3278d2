"""Charts over time show the right years, fill gaps, and forecast the years they say."""

from __future__ import annotations

import json
import math
import sys
from contextlib import suppress
from itertools import accumulate

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bureau.desks.insights import catalogue
from bureau.desks.insights.algorithms import _forecasting
from bureau.desks.insights.algorithms.patent_forecast import cagr
from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.errors import AlgorithmProblem
from bureau.desks.insights.rendering.charts import compute_chart
from bureau.desks.insights.spec import ChartData
from bureau.desks.insights.tests.tables import TODAY, table

YEAR = "earliest_publication_year"
years = st.dictionaries(st.integers(2000, 2026), st.integers(1, 500), min_size=1).filter(
    lambda counts: any(2006 <= year <= 2025 for year in counts)
)


def chart(key: str, dataset: Dataset, **params: object) -> ChartData:
    spec = catalogue.get(key)
    return compute_chart(spec, dataset, spec.parse(params, today=TODAY))


@given(years)
def test_the_window_is_the_twenty_years_up_to_the_last_that_is_over(counts: dict[int, int]) -> None:
    data = chart("patent_evolution", table(YEAR, *counts.items()))
    shown = {entry["year"]: entry["publications"] for entry in data["series"]}
    inside = {year: count for year, count in counts.items() if 2006 <= year <= 2025}
    assert list(shown) == list(range(min(inside), max(inside) + 1))
    assert {year: count for year, count in shown.items() if count} == inside
    assert data["total_publications"] == sum(inside.values())
    assert data["years_range"] == {"start": min(inside), "end": max(inside)}
    unsaid = data["warnings"] == []
    assert unsaid == (max(inside) == 2025 and 2026 not in counts)


@given(years, st.sampled_from(["patent_cumulative", "patent_trends_cumulative"]))
def test_running_totals_are_sums_of_the_years_before(counts: dict[int, int], key: str) -> None:
    data = chart(key, table(YEAR, *counts.items()))
    annual = [entry["annual_publications"] for entry in data["series"]]
    assert [e["cumulative_publications"] for e in data["series"]] == list(accumulate(annual))
    assert data["total_cumulative"] == sum(annual)


def test_axes_are_labelled_as_the_wire_contract_says(datasets: dict[str, Dataset]) -> None:
    dataset = datasets[YEAR]
    line = chart("patent_cumulative", dataset)
    assert (line["type"], line["x_axis"]) == ("line", "Año")
    assert line["y_axis"] == "Publicaciones de Patentes Acumulativas"
    dual = chart("patent_trends_cumulative", dataset)
    assert dual["type"] == "dual_axis_line"
    assert dual["y_axis_1"] == "Número de Patentes Publicadas"
    assert dual["y_axis_2"] == "Publicaciones Acumulativas"


@pytest.mark.parametrize(
    "key", ["patent_evolution", "patent_cumulative", "patent_trends_cumulative"]
)
def test_a_year_range_is_honoured(datasets: dict[str, Dataset], key: str) -> None:
    data = chart(key, datasets[YEAR], year_range=[2016, 2019])
    assert [entry["year"] for entry in data["series"]] == [2016, 2017, 2018, 2019]


def test_a_year_that_is_not_over_is_shown_on_demand_with_a_warning() -> None:
    dataset = table(YEAR, (2025, 5), (2026, 2))
    data = chart("patent_evolution", dataset, language="en")
    assert data["years_range"]["end"] == 2025
    assert data["warnings"] == [
        "Data after 2025 is not shown (2 publications): those years are not over. "
        "year_range shows them."
    ]
    data = chart("patent_evolution", dataset, year_range=[2020, 2026], language="en")
    assert data["years_range"]["end"] == 2026
    assert "Years after 2025 are not over" in data["warnings"][0]


def test_where_all_is_of_the_running_year_it_is_shown_as_it_is() -> None:
    data = chart("patent_evolution", table(YEAR, (2026, 4)), language="en")
    assert data["series"] == [{"year": 2026, "publications": 4}]
    assert "Years after 2025 are not over" in data["warnings"][0]


def test_data_outside_the_window_fails_with_both_ranges() -> None:
    with pytest.raises(AlgorithmProblem, match="years 2006-2025, but the data has years 1990-1991"):
        chart("patent_evolution", table(YEAR, (1990, 1), (1991, 2)))


def test_the_first_forecast_year_follows_the_cutoff(datasets: dict[str, Dataset]) -> None:
    for cutoff in (2022, 2023):
        data = chart("patent_forecast", datasets[YEAR], cutoff_year=cutoff)
        expected = [cutoff + step for step in range(1, 7)]
        assert data["forecast_years"] == expected
        for model in ("forecast_ets", "forecast_arima"):
            assert [entry["year"] for entry in data[model]] == expected
            assert all(entry["forecast"] >= 0 for entry in data[model])
        assert data["historical_series"][-1]["year"] == cutoff
    json.dumps(data)


def test_a_straight_line_is_forecast_to_go_on() -> None:
    rows = [(year, 10 + 3 * (year - 2005)) for year in range(2005, 2025)]
    data = chart("patent_forecast", table(YEAR, *rows))
    expected = [10 + 3 * (year - 2005) for year in range(2025, 2031)]
    for model in ("forecast_ets", "forecast_arima"):
        assert [entry["forecast"] for entry in data[model]] == pytest.approx(expected, rel=0.05)


def test_years_of_nothing_do_not_break_the_forecast() -> None:
    rows = [(2006, 3), (2010, 1), (2018, 8), (2021, 4), (2024, 9)]
    data = chart("patent_forecast", table(YEAR, *rows))
    assert len(data["forecast_ets"]) == len(data["forecast_arima"]) == 6
    assert [entry["publications"] for entry in data["historical_series"]].count(0) == 14


def test_no_year_after_the_last_one_of_the_data_is_invented() -> None:
    rows = [(year, 10) for year in range(2006, 2020)]
    data = chart("patent_forecast", table(YEAR, *rows), language="en")
    assert data["historical_series"][-1] == {"year": 2019, "publications": 10}
    assert "The data ends in 2019" in data["warnings"][0]
    assert data["forecast_years"][0] == 2020


@pytest.mark.parametrize(
    "values", [[3, 5, 4, 8, 9, 12], [1, 2, 3, 4, 5, 6], [2, 2, 3, 5, 6, 9, 9], [4, 6, 9, 11, 15]]
)
def test_a_short_rising_field_is_not_forecast_to_fall_to_its_mean(values: list[int]) -> None:
    if len(values) < _forecasting.MIN_YEARS:
        with pytest.raises(_forecasting.ForecastFailed):
            _forecasting.arima(values)
        return
    for model in (_forecasting.arima, _forecasting.exponential_smoothing):
        assert min(step.value for step in model(values)) >= values[-1]


# the statistic with lag trunc(3 * sqrt(n) / 13) as the package urca 1.3 of R defines it, computed by
# hand: squared partial sums of the residuals over n squared times the weighted variance
@pytest.mark.parametrize(
    ("values", "statistic", "differences"),
    [
        ([1, 2, 3, 4, 5, 6], 64.75 / 36 / (17.5 / 6), 1),
        ([5, 5, 5, 5, 5, 6], None, 0),
        ([4, 6, 4, 6, 4, 6], 3 / 36, 0),
        ([1, 4, 9, 16, 25, 36, 49, 64, 81, 100], None, 2),
    ],
)
def test_a_series_is_differenced_as_often_as_automatic_procedures_do(
    values: list[int], statistic: float | None, differences: int
) -> None:
    series = numpy.asarray(values, dtype=float)
    if statistic is not None:
        assert _forecasting.kpss_statistic(series) == pytest.approx(statistic)
    assert _forecasting.differences_needed(series) == differences


def test_a_forecast_has_an_interval_that_widens_and_holds_its_value() -> None:
    rows = [(2016 + at, count) for at, count in enumerate([3, 5, 4, 8, 9, 12, 11, 15, 14, 18])]
    data = chart("patent_forecast", table(YEAR, *rows))
    for model in ("forecast_ets", "forecast_arima"):
        entries = data[model]
        assert all(entry["lower"] <= entry["forecast"] <= entry["upper"] for entry in entries)
        widths = [entry["upper"] - entry["lower"] for entry in entries]
        assert widths[-1] >= widths[0] > 0


def test_six_to_nine_years_are_forecast_and_called_uncertain() -> None:
    rows = [(2018 + at, count) for at, count in enumerate([3, 5, 4, 8, 9, 12, 14, 15])]
    data = chart("patent_forecast", table(YEAR, *rows), language="en")
    assert "Only 8 years: the forecast is very uncertain." in data["warnings"]


def test_too_few_years_become_warnings_and_the_history_stays() -> None:
    data = chart("patent_forecast", table(YEAR, (2022, 4), (2023, 5), (2024, 6)), language="en")
    assert data["forecast_ets"] == data["forecast_arima"] == []
    assert len(data["historical_series"]) == 3
    assert "No ETS forecast: 3 years are too few, 6 are needed." in data["warnings"]


def test_a_missing_library_becomes_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(year, 10 + year % 3) for year in range(2010, 2025)]
    monkeypatch.setitem(sys.modules, "statsmodels.tsa.holtwinters", None)
    data = chart("patent_forecast", table(YEAR, *rows), language="en")
    assert data["forecast_ets"] == []
    assert len(data["forecast_arima"]) == 6
    assert any("No ETS forecast: a library is missing" in text for text in data["warnings"])


@settings(max_examples=12)
@given(st.lists(st.integers(0, 200), min_size=6, max_size=20))
def test_any_series_gives_six_finite_values_or_none(values: list[int]) -> None:
    for model in (_forecasting.exponential_smoothing, _forecasting.arima):
        with suppress(_forecasting.ForecastFailed):
            forecast = model(values)
            assert len(forecast) == 6
            assert all(math.isfinite(step.value) for step in forecast)


def test_growth_needs_publications_at_both_ends() -> None:
    assert cagr(10, 20, 10) == 7.18
    assert cagr(10, 0, 10) is None
    assert cagr(0, 10, 10) is None
    rows = [(year, 5) for year in range(2014, 2025)]
    data = chart("patent_forecast", table(YEAR, *rows))
    assert (data["cagr_rate"], data["cagr_period"]) == (0.0, {"start": 2014, "end": 2024})
    gap = chart("patent_forecast", table(YEAR, *rows[1:]), language="en")
    assert (gap["cagr_rate"], gap["cagr_period"]) == (None, None)
    assert "No CAGR: there are no publications in 2014 or in 2024." in gap["warnings"]
