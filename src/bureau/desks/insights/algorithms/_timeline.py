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
_LAST_YEAR_NOTE: dict[Language, str] = {
    "es": "Años de la primera publicación, hasta {end}.",
    "en": "Years of first publication, up to {end}.",
}
_LATE_WARNING: dict[Language, str] = {
    "es": "Los años posteriores a {cutoff} no han terminado y están incompletos.",
    "en": "Years after {cutoff} are not over and are incomplete.",
}
_RUNNING_WARNING: dict[Language, str] = {
    "es": "Los datos posteriores a {cutoff} no se muestran ({count} publicaciones): "
    "esos años no han terminado. Con year_range se muestran.",
    "en": "Data after {cutoff} is not shown ({count} publications): those years are not over. "
    "year_range shows them.",
}
_ENDS_WARNING: dict[Language, str] = {
    "es": "Los datos terminan en {last}; lo posterior no se cuenta como cero.",
    "en": "The data ends in {last}; later years are not counted as zero.",
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


def shown_years(
    dataset: Dataset, params: TimelineParams
) -> tuple[list[tuple[int, int]], list[str]]:
    """(year, publications) without gaps, up to the last year that the data has, and warnings.

    A year after the last one of the data is unknown, not zero: the export may be older than the
    cutoff.

    Raises:
        AlgorithmProblem: the table has no year in the window.
    """
    window = _running(dataset, params) or window_of(params)
    counts = counts_in(dataset, window)
    warnings = [*window.warnings, *_outside(dataset, params, window, max(counts))]
    return fill_gaps(counts), warnings


def _running(dataset: Dataset, params: TimelineParams) -> Window | None:
    """The window up to the last year where all there is lies in years that are not over."""
    years = [int(year) for year, _ in dataset.rows]
    cutoff = params.cutoff_year
    if params.year_range is not None or cutoff is None or not years or min(years) <= cutoff:
        return None
    late = _LATE_WARNING[params.language].format(cutoff=cutoff)
    return Window(min(years), max(years), (late,))


def _outside(dataset: Dataset, params: TimelineParams, window: Window, last: int) -> list[str]:
    """What the reader must know of the years after those that are shown."""
    if params.year_range is None:
        later = sum(count for year, count in dataset.rows if int(year) > window.end)
        if later:
            words = {"cutoff": window.end, "count": later}
            return [_RUNNING_WARNING[params.language].format(**words)]
    return [_ENDS_WARNING[params.language].format(last=last)] if last < window.end else []


def fill_gaps(counts: Mapping[int, int]) -> list[tuple[int, int]]:
    """Every year from the first to the last; an absent year between them had no publications."""
    years = range(min(counts), max(counts) + 1)
    return [(year, counts.get(year, 0)) for year in years]


def years_range(series: Sequence[tuple[int, int]]) -> dict[str, int]:
    """First and last year of a filled series."""
    return {"start": series[0][0], "end": series[-1][0]}


def cumulative_data(dataset: Dataset, params: TimelineParams) -> ChartData:
    """The part of chart data that both cumulative charts have.

    Raises:
        AlgorithmProblem: the table has no year in the window.
    """
    filled, warnings = shown_years(dataset, params)
    totals = list(accumulate(count for _, count in filled))
    return {
        "x_axis": YEAR_AXIS[params.language],
        "series": [
            {"year": year, "annual_publications": count, "cumulative_publications": total}
            for (year, count), total in zip(filled, totals, strict=True)
        ],
        "total_cumulative": totals[-1],
        "years_range": years_range(filled),
        "warnings": [*warnings, *dataset.notes],
    }


def footnotes(style: Style, chart_data: ChartData) -> list[str]:
    """What the years are, and what else the reader must know."""
    end = chart_data["years_range"]["end"]
    return [
        _LAST_YEAR_NOTE[style.language].format(end=end),
        *chart_data["warnings"][:_MOST_FOOTNOTES],
    ]
