"""The usual way to make the same eight charts, as the rival of race `workbook`.

One pandas read a chart, pyplot with `tight_layout` and `bbox_inches="tight"`, a text a point, and a
forecast by exponential smoothing and a stepwise automatic ARIMA over statsmodels. Figure sizes and
resolution are those of Bureau's charts.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy
import pandas
import squarify
from statsmodels.tsa.holtwinters import ExponentialSmoothing
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.stattools import kpss

from bureau.desks.insights.rendering.canvas import DPI

WIDE, TALL = (15, 8), (12, 10)
FIRST_YEAR, LAST_YEAR = 2005, 2024
STEPS = 6
MAX_ORDER = 5
# what a stepwise search tries first, and where it goes from its best: (p, q, constant)
_START = ((2, 2, True), (0, 0, True), (1, 0, True), (0, 1, True), (0, 0, False))
_STEPS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1))

Sheets = dict[str, str]
Files = tuple[bytes, bytes]


def make_charts(path: Path, sheets: Sheets) -> list[Files]:
    """All eight charts as (PNG, SVG).

    Args:
        sheets: facet key -> name of its sheet.
    """
    with warnings.catch_warnings(), numpy.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return [
            _bars(path, sheets["countries"], 15),
            _bars(path, sheets["inventors"], 10),
            _bars(path, sheets["applicants"], 15),
            *(_timeline(path, sheets["earliest_publication_year"], draw) for draw in _TIMELINES),
            _treemap(path, sheets["cpc_subgroups"]),
        ]


def _read(path: Path, sheet: str) -> Any:
    return pandas.read_excel(path, sheet_name=sheet, engine="openpyxl", keep_default_na=False)


def _save() -> Files:
    plt.tight_layout()
    files = []
    for kind in ("png", "svg"):
        buffer = BytesIO()
        plt.savefig(buffer, format=kind, dpi=DPI, bbox_inches="tight")
        files.append(buffer.getvalue())
    plt.close()
    return files[0], files[1]


def _bars(path: Path, sheet: str, most: int) -> Files:
    table = _read(path, sheet).head(most)[::-1]
    key, number = table.columns[:2]
    _, axes = plt.subplots(figsize=TALL)
    names = [str(name).title()[:40] for name in table[key]]
    colours = plt.colormaps["Blues"](numpy.linspace(0.3, 0.9, len(table)))
    bars = axes.barh(names, table[number], color=colours)
    for bar, value in zip(bars, table[number], strict=True):
        label = f" {value} ({100 * value / table[number].sum():.1f}%)"
        axes.text(bar.get_width(), bar.get_y() + bar.get_height() / 2, label, va="center")
    axes.set_title(sheet)
    axes.set_xlabel(number)
    axes.grid(axis="x", alpha=0.3)
    return _save()


def _timeline(path: Path, sheet: str, draw: Callable[[Any, Any], None]) -> Files:
    table = _read(path, sheet)
    years, numbers = (pandas.to_numeric(table[name]) for name in table.columns[:2])
    series = pandas.Series(numbers.to_numpy(), index=years.astype(int))
    series = series.reindex(range(max(FIRST_YEAR, series.index.min()), LAST_YEAR + 1), fill_value=0)
    _, axes = plt.subplots(figsize=WIDE)
    axes.set_xticks(list(series.index))
    draw(axes, series)
    axes.grid(alpha=0.3)
    axes.set_title(sheet)
    axes.set_ylabel(table.columns[1])
    return _save()


def _line(axes: Any, series: Any) -> None:
    axes.plot(series.index, series, marker="o")
    for year, value in series.items():
        place = {"textcoords": "offset points", "xytext": (0, 8), "ha": "center"}
        axes.annotate(str(value), (year, value), **place)


def _cumulative(axes: Any, series: Any) -> None:
    _line(axes, series.cumsum())


def _both(axes: Any, series: Any) -> None:
    _line(axes, series)
    axes.twinx().plot(series.index, series.cumsum(), "--o")


def _forecast(axes: Any, series: Any) -> None:
    _line(axes, series)
    values = series.to_numpy(float)
    ahead = [LAST_YEAR + step for step in range(1, STEPS + 1)]
    axes.plot(ahead, _smoothing(values), "--o", label="Exponential smoothing")
    axes.plot(ahead, _auto_arima(values), "--o", label="ARIMA")
    axes.set_xticks([*series.index, *ahead])
    axes.legend()


_TIMELINES = (_line, _cumulative, _both, _forecast)


def _treemap(path: Path, sheet: str) -> Files:
    table = _read(path, sheet).head(15)
    key, number = table.columns[:2]
    plt.figure(figsize=TALL)
    labels = [f"{name}\n{value}" for name, value in zip(table[key], table[number], strict=True)]
    colours = plt.colormaps["Blues"](numpy.linspace(0.9, 0.3, len(table)))
    squarify.plot(sizes=table[number], label=labels, color=colours)
    plt.axis("off")
    plt.title(sheet)
    return _save()


def _smoothing(values: Any) -> Any:
    trends = ("add", "mul") if values.min() > 0 else ("add",)
    fits = [ExponentialSmoothing(values, trend=trend).fit() for trend in trends]
    return min(fits, key=lambda fit: fit.bic).forecast(STEPS)


def _auto_arima(values: Any) -> Any:
    """The stepwise search of Hyndman & Khandakar (2008), J. Statistical Software 27(3)."""
    search = _Stepwise(values, int(kpss(values, nlags="auto")[1] < 0.05))
    for order in _START:
        search.fit(*order)
    while True:
        best = p, q, constant = search.best()
        for more_p, more_q in _STEPS:
            search.fit(p + more_p, q + more_q, constant)
        search.fit(p, q, not constant)
        if search.best() == best:
            break
    return search.fits[best][1].forecast(STEPS)


class _Stepwise:
    """Fitted ARIMA models by (p, q, constant), with their AICc."""

    def __init__(self, values: Any, differences: int) -> None:
        self.values, self.differences = values, differences
        self.fits: dict[tuple[int, int, bool], tuple[float, Any]] = {}

    def fit(self, p: int, q: int, constant: bool) -> None:
        if (p, q, constant) in self.fits or not (0 <= p <= MAX_ORDER and 0 <= q <= MAX_ORDER):
            return
        order, trend = (p, self.differences, q), "c"
        try:
            model = SARIMAX(self.values, order=order, trend=trend if constant else "n")
            fit = model.fit(disp=False, maxiter=50)
        except (ValueError, numpy.linalg.LinAlgError):
            self.fits[p, q, constant] = (float("inf"), None)
            return
        score = fit.aicc if numpy.isfinite(fit.aicc) else float("inf")
        self.fits[p, q, constant] = (score, fit)

    def best(self) -> tuple[int, int, bool]:
        return min(self.fits, key=lambda order: self.fits[order][0])
