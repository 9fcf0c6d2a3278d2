"""The inventors named on the most publications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bureau.desks.insights.algorithms import _ranking
from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.describe.prose import describe_names
from bureau.desks.insights.names import person
from bureau.desks.insights.params import ChartParams, Language, count_field
from bureau.desks.insights.spec import AlgorithmSpec, ChartData

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bureau.desks.insights.rendering.style import Style

AXIS: dict[Language, str] = {"es": "Inventores", "en": "Inventors"}
HEADING: dict[Language, str] = {
    "es": "Top {n} inventores por patentes publicadas",
    "en": "Top {n} inventors by published patents",
}


class Params(ChartParams):
    """`top_n` inventors are shown."""

    top_n: int = count_field(10)


def compute(dataset: Dataset, params: Params) -> ChartData:
    """Names, counts and shares of the leading inventors, smallest first."""
    return _ranking.rank_names(dataset, params, params.top_n, AXIS, person)


def draw(chart_data: ChartData, style: Style) -> Figure:
    """Horizontal bars."""
    return _ranking.draw_names(chart_data, style, HEADING)


SPEC = AlgorithmSpec(
    key="top_patent_inventors",
    version="1.0",
    facet="inventors",
    chart_type="horizontal_bar",
    title={"es": "Principales inventores", "en": "Top inventors"},
    params_model=Params,
    compute=compute,
    draw=draw,
    describe=describe_names,
)
