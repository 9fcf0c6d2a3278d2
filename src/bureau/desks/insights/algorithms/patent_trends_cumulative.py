"""Publications a year against their running total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bureau.desks.insights.algorithms import _timeline
from bureau.desks.insights.algorithms._ranking import PUBLICATIONS
from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.describe.prose import describe_cumulative
from bureau.desks.insights.params import Language, TimelineParams
from bureau.desks.insights.spec import AlgorithmSpec, ChartData

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bureau.desks.insights.rendering.style import Style

AXIS_2: dict[Language, str] = {
    "es": "Publicaciones Acumulativas",
    "en": "Cumulative Publications",
}
HEADING: dict[Language, str] = {
    "es": "Tendencia anual y acumulada de las publicaciones de patentes",
    "en": "Yearly and cumulative trend of patent publications",
}


def compute(dataset: Dataset, params: TimelineParams) -> ChartData:
    """Counts by year and their running total, for two axes.

    Raises:
        AlgorithmProblem: the table has no year in the window.
    """
    return {
        "type": "dual_axis_line",
        "y_axis_1": PUBLICATIONS[params.language],
        "y_axis_2": AXIS_2[params.language],
        **_timeline.cumulative_data(dataset, params),
    }


def draw(chart_data: ChartData, style: Style) -> Figure:
    """Two lines, each with an axis in its colour."""
    from bureau.desks.insights.rendering.lines import Line, line_chart

    series = chart_data["series"]
    annual = {entry["year"]: entry["annual_publications"] for entry in series}
    running = {entry["year"]: entry["cumulative_publications"] for entry in series}
    return line_chart(
        style,
        HEADING[style.language],
        [Line(annual, chart_data["y_axis_1"], "primary", numbers="above")],
        chart_data["x_axis"],
        chart_data["y_axis_1"],
        second=Line(running, chart_data["y_axis_2"], "secondary", dashed=True, numbers="last"),
        notes=_timeline.footnotes(style, chart_data),
    )


SPEC = AlgorithmSpec(
    key="patent_trends_cumulative",
    version="1.0",
    facet="earliest_publication_year",
    chart_type="dual_axis_line",
    title={"es": "Tendencia y acumulado", "en": "Trend and cumulative"},
    params_model=TimelineParams,
    compute=compute,
    draw=draw,
    describe=describe_cumulative,
)
