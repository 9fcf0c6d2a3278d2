"""Publications by year with a forecast of the six years after the cutoff."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bureau.desks.insights.algorithms import _forecasting, _timeline
from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.describe.prose import describe_forecast
from bureau.desks.insights.params import Language, TimelineParams
from bureau.desks.insights.spec import AlgorithmSpec, ChartData

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bureau.desks.insights.rendering.style import Role, Style

CAGR_YEARS = 10
# below this a forecast is drawn, and said to be very uncertain
FEW_YEARS = 10
AXIS: dict[Language, str] = {
    "es": "Número de Familias de Patentes Publicadas",
    "en": "Number of Published Patent Families",
}
HEADING: dict[Language, str] = {
    "es": "Pronóstico de las familias de patentes publicadas",
    "en": "Forecast of published patent families",
}
_TEXTS: dict[str, dict[Language, str]] = {
    "history": {"es": "Histórico", "en": "History"},
    "ets": {"es": "Pronóstico ETS", "en": "ETS forecast"},
    "arima": {"es": "Pronóstico ARIMA", "en": "ARIMA forecast"},
    "cagr": {"es": "TCAC {start}–{end}: {rate}", "en": "CAGR {start}–{end}: {rate}"},
    "failed": {
        "es": "Sin pronóstico {model}: {reason}.",
        "en": "No {model} forecast: {reason}.",
    },
    "missing": {
        "es": "falta una biblioteca ({name})",
        "en": "a library is missing ({name})",
    },
    "negative": {
        "es": "El pronóstico {model} bajaba de cero y se muestra como cero.",
        "en": "The {model} forecast fell below zero and is shown as zero.",
    },
    "few": {
        "es": "Solo {count} años: el pronóstico es muy incierto.",
        "en": "Only {count} years: the forecast is very uncertain.",
    },
    "interval": {"es": "Intervalo del 80 %", "en": "80 % interval"},
    "no_cagr": {
        "es": "Sin TCAC: faltan publicaciones en {start} o en {end}.",
        "en": "No CAGR: there are no publications in {start} or in {end}.",
    },
}


def compute(dataset: Dataset, params: TimelineParams) -> ChartData:
    """The history, two forecasts of the six years after it, and the CAGR.

    Years are labelled with the year they are predicted for: the first forecast year follows the
    last year of the data in the window. `lower` and `upper` bound the interval that holds the value
    with a probability of 80 %. A model that cannot be fitted becomes a warning.

    Raises:
        AlgorithmProblem: the table has no year in the window.
    """
    history, warnings = _timeline.shown_years(dataset, params)
    warnings = [*warnings, *dataset.notes]
    counts, end = dict(history), history[-1][0]
    years = [end + step for step in range(1, _forecasting.STEPS + 1)]
    language = params.language
    values = [count for _, count in history]
    if _forecasting.MIN_YEARS <= len(values) < FEW_YEARS:
        warnings.append(_TEXTS["few"][language].format(count=len(values)))
    ets = _forecast("ETS", _forecasting.exponential_smoothing, values, language, warnings)
    arima = _forecast("ARIMA", _forecasting.arima, values, language, warnings)
    period = {"start": end - CAGR_YEARS, "end": end}
    rate = cagr(counts.get(period["start"], 0), counts.get(period["end"], 0), CAGR_YEARS)
    if rate is None:
        warnings.append(_TEXTS["no_cagr"][language].format(**period))
    return {
        "type": "forecast_line",
        "x_axis": _timeline.YEAR_AXIS[language],
        "y_axis": AXIS[language],
        "historical_series": [{"year": year, "publications": count} for year, count in history],
        "forecast_ets": _entries(years, ets),
        "forecast_arima": _entries(years, arima),
        "cagr_rate": rate,
        "cagr_period": None if rate is None else period,
        "years_range": _timeline.years_range(history),
        "forecast_years": years,
        "warnings": warnings,
    }


def cagr(first: int, last: int, years: int) -> float | None:
    """Compound annual growth in percent, two decimals; None where an end has no publications."""
    if first <= 0 or last <= 0:
        return None
    return round(100 * (math.pow(last / first, 1 / years) - 1), 2)


def _forecast(
    model: str,
    predict: Callable[[Sequence[int]], list[_forecasting.Step]],
    values: Sequence[int],
    language: Language,
    warnings: list[str],
) -> list[_forecasting.Step]:
    """The predicted values, not below zero; [] and a warning where there are none."""
    try:
        predicted = predict(values)
    except _forecasting.ForecastFailed as failure:
        warnings.append(_TEXTS["failed"][language].format(model=model, reason=failure))
        return []
    except ImportError as failure:
        reason = _TEXTS["missing"][language].format(name=failure.name)
        warnings.append(_TEXTS["failed"][language].format(model=model, reason=reason))
        return []
    if min(step.value for step in predicted) < 0:
        warnings.append(_TEXTS["negative"][language].format(model=model))
    return [step.not_below_zero() for step in predicted]


def _entries(years: Sequence[int], steps: Sequence[_forecasting.Step]) -> list[dict[str, Any]]:
    return [
        {"year": year, "forecast": step.value, "lower": step.lower, "upper": step.upper}
        for year, step in zip(years, steps, strict=False)
    ]


def draw(chart_data: ChartData, style: Style) -> Figure:
    """History, both forecasts from its last point on, and the CAGR as a dashed curve."""
    from bureau.desks.insights.rendering.lines import Line, line_chart

    language = style.language
    history = {entry["year"]: entry["publications"] for entry in chart_data["historical_series"]}
    last = max(history)
    lines = [Line(history, _TEXTS["history"][language], "primary", filled=True, numbers="all")]
    models: tuple[tuple[str, Role], ...] = (("ets", "secondary"), ("arima", "tertiary"))
    for name, role in models:
        points = {entry["year"]: entry["forecast"] for entry in chart_data[f"forecast_{name}"]}
        if points:
            joined = {last: history[last], **points}
            lines.append(Line(joined, _TEXTS[name][language], role, dashed=True))
    band = _band(chart_data, {last: history[last]})
    lines += _growth_lines(chart_data, style, history)
    return line_chart(
        style,
        HEADING[language],
        lines,
        chart_data["x_axis"],
        chart_data["y_axis"],
        legend=True,
        shaded=(last, max(chart_data["forecast_years"])),
        band=band,
        notes=_timeline.footnotes(style, chart_data),
    )


def _band(chart_data: ChartData, start: dict[int, int]) -> dict[int, tuple[float, float]]:
    """Year -> the widest of both models' intervals; {} for charts of older releases."""
    band = {year: (float(value), float(value)) for year, value in start.items()}
    for entry in [*chart_data["forecast_ets"], *chart_data["forecast_arima"]]:
        if "lower" not in entry:
            return {}
        low, high = band.get(entry["year"], (entry["lower"], entry["upper"]))
        band[entry["year"]] = (min(low, entry["lower"]), max(high, entry["upper"]))
    return band


def _growth_lines(chart_data: ChartData, style: Style, history: dict[int, int]) -> list[Any]:
    """The constant growth that the CAGR stands for, drawn through the first year it is taken of."""
    from bureau.desks.insights.rendering.lines import Line

    rate, period = chart_data["cagr_rate"], chart_data["cagr_period"]
    if rate is None:
        return []
    base = history.get(period["start"], 0)
    years = range(min(history), max(chart_data["forecast_years"]) + 1)
    points = {year: base * (1 + rate / 100) ** (year - period["start"]) for year in years}
    text = _TEXTS["cagr"][style.language].format(rate=style.percent(rate), **period)
    return [Line(points, text, "growth", dashed=True, marked=False)]


SPEC = AlgorithmSpec(
    key="patent_forecast",
    version="1.0",
    facet="earliest_publication_year",
    chart_type="forecast_line",
    title={"es": "Pronóstico", "en": "Forecast"},
    params_model=TimelineParams,
    compute=compute,
    draw=draw,
    describe=describe_forecast,
)
