"""Publications a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bureau.desks.insights.algorithms import _timeline
from bureau.desks.insights.algorithms._ranking import PUBLICATIONS
from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.describe.prose import describe_evolution
from bureau.desks.insights.params import Language, TimelineParams
from bureau.desks.insights.spec import AlgorithmSpec, ChartData

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bureau.desks.insights.rendering.style import Style

HEADING: dict[Language, str] = {
    "es": "Evolución de las publicaciones de patentes",
    "en": "Patent publications by year",
}


def compute(dataset: Dataset, params: TimelineParams) -> ChartData:
    """One entry a year of the window, years without publications included.

    Raises:
        AlgorithmProblem: the table has no year in the window.
    """
    filled, warnings = _timeline.shown_years(dataset, params)
    return {
        "type": "line",
        "x_axis": _timeline.YEAR_AXIS[params.language],
        "y_axis": PUBLICATIONS[params.language],
        "series": [{"year": year, "publications": count} for year, count in filled],
        "total_publications": sum(count for _, count in filled),
        "years_range": _timeline.years_range(filled),
        "warnings": [*warnings, *dataset.notes],
    }


def draw(chart_data: ChartData, style: Style) -> Figure:
    """A line with a marker and a figure at each year."""
    from bureau.desks.insights.rendering.lines import Line, line_chart

    points = {entry["year"]: entry["publications"] for entry in chart_data["series"]}
    return line_chart(
        style,
        HEADING[style.language],
        [Line(points, chart_data["y_axis"], "primary", filled=True, numbers="all")],
        chart_data["x_axis"],
        chart_data["y_axis"],
        notes=_timeline.footnotes(style, chart_data),
    )


SPEC = AlgorithmSpec(
    key="patent_evolution",
    version="1.0",
    facet="earliest_publication_year",
    chart_type="line",
    title={"es": "Evolución anual", "en": "Evolution by year"},
    params_model=TimelineParams,
    compute=compute,
    draw=draw,
    describe=describe_evolution,
)
