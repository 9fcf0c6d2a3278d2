"""Publications added up over the years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bureau.desks.insights.algorithms import _timeline
from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.describe.prose import describe_cumulative
from bureau.desks.insights.params import Language, TimelineParams
from bureau.desks.insights.spec import AlgorithmSpec, ChartData

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bureau.desks.insights.rendering.style import Style

AXIS: dict[Language, str] = {
    "es": "Publicaciones de Patentes Acumulativas",
    "en": "Cumulative Patent Publications",
}
HEADING: dict[Language, str] = {
    "es": "Publicaciones de patentes acumuladas",
    "en": "Cumulative patent publications",
}


def compute(dataset: Dataset, params: TimelineParams) -> ChartData:
    """The running total of the years in the window.

    Raises:
        AlgorithmProblem: the table has no year in the window.
    """
    common = _timeline.cumulative_data(dataset, params)
    return {"type": "line", "y_axis": AXIS[params.language], **common}


def draw(chart_data: ChartData, style: Style) -> Figure:
    """A filled line that only rises."""
    from bureau.desks.insights.rendering.lines import Line, line_chart

    points = {entry["year"]: entry["cumulative_publications"] for entry in chart_data["series"]}
    return line_chart(
        style,
        HEADING[style.language],
        [Line(points, chart_data["y_axis"], "primary", filled=True, numbers="all")],
        chart_data["x_axis"],
        chart_data["y_axis"],
        notes=_timeline.footnotes(style, chart_data),
    )


SPEC = AlgorithmSpec(
    key="patent_cumulative",
    version="1.0",
    facet="earliest_publication_year",
    chart_type="line",
    title={"es": "Acumulado", "en": "Cumulative"},
    params_model=TimelineParams,
    compute=compute,
    draw=draw,
    describe=describe_cumulative,
)
