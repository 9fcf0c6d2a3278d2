"""Time series: the window of years that the charts over time share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.errors import AlgorithmProblem
from bureau.desks.insights.params import Language, TimelineParams
from bureau.desks.insights.spec import ChartData

if TYPE_CHECKING:
    from bureau.desks.insights.rendering.style import Style

WINDOW_YEARS = 20
_MOST_FOOTNOTES = 3
YEAR_AXIS: dict[Language, str] = {"es": "Año", "en": "Year"}
_LAG_NOTE: dict[Language, str] = {
    "es": "Datos hasta {end}. Los años siguientes no se muestran: las solicitudes se publican "
    "unos 18 meses después de presentarse.",
    "en": "Data up to {end}. Later years are left out: applications are published about "
    "18 months after filing.",
}
_LATE_WARNING: dict[Language, str] = {
    "es": "Los años posteriores a {cutoff} están incompletos: las solicitudes se publican unos "
    "18 meses después de presentarse.",
    "en": "Years after {cutoff} are incomplete: applications are published about 18 months "
    "after filing.",
}


@dataclass(frozen=True, slots=True)
class Window:
    """The years a chart may show, both ends included, and the warnings that go with them."""

    start: int
    end: int
    warnings: tuple[str, ...] = ()

    def __contains__(self, year: object) -> bool:
        return isinstance(year, int) and self.start <= year <= self.end


def window_of(params: TimelineParams) -> Window:
    """The years asked for, or the twenty up to the cutoff."""
    assert params.cutoff_year is not None, "TimelineParams.resolved() fills the cutoff in"
    if params.year_range is None:
        return Window(params.cutoff_year - WINDOW_YEARS + 1, params.cutoff_year)
    start, end = params.year_range
    late = _LATE_WARNING[params.language].format(cutoff=params.cutoff_year)
    return Window(start, end, (late,) if end > params.cutoff_year else ())


def counts_in(dataset: Dataset, window: Window) -> dict[int, int]:
    """Year -> publications for the years of the table that lie in the window.

    Raises:
        AlgorithmProblem: none does; the sentence gives both ranges.
    """
    counts = {int(year): count for year, count in sorted(dataset.rows)}
    shown = {year: count for year, count in counts.items() if year in window}
    if not shown:
        found = f"has years {min(counts)}-{max(counts)}" if counts else "is empty"
        raise AlgorithmProblem(
            f"The chart shows the years {window.start}-{window.end}, but the data {found}. "
            "Set year_range or cutoff_year."
        )
    return shown


def fill_gaps(counts: Mapping[int, int], end: int | None = None) -> list[tuple[int, int]]:
    """Every year from the first to the last (or to `end`); an absent year had no publications."""
    years = range(min(counts), (max(counts) if end is None else end) + 1)
    return [(year, counts.get(year, 0)) for year in years]


def years_range(series: Sequence[tuple[int, int]]) -> dict[str, int]:
    """First and last year of a filled series."""
    return {"start": series[0][0], "end": series[-1][0]}


def cumulative_data(dataset: Dataset, params: TimelineParams) -> ChartData:
    """The part of chart data that both cumulative charts have.

    Raises:
        AlgorithmProblem: the table has no year in the window.
    """
    window = window_of(params)
    filled = fill_gaps(counts_in(dataset, window))
    totals = list(accumulate(count for _, count in filled))
    return {
        "x_axis": YEAR_AXIS[params.language],
        "series": [
            {"year": year, "annual_publications": count, "cumulative_publications": total}
            for (year, count), total in zip(filled, totals, strict=True)
        ],
        "total_cumulative": totals[-1],
        "years_range": years_range(filled),
        "warnings": [*window.warnings, *dataset.notes],
    }


def footnotes(style: Style, chart_data: ChartData) -> list[str]:
    """Why the last years are missing, and what else the reader must know."""
    lag = _LAG_NOTE[style.language].format(end=chart_data["years_range"]["end"])
    return [lag, *chart_data["warnings"][:_MOST_FOOTNOTES]]
