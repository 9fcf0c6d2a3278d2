"""The CPC subgroups with the most publications, by area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bureau.desks.insights.algorithms._ranking import share, shortage
from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.describe.prose import describe_treemap
from bureau.desks.insights.params import ChartParams, Language, count_field
from bureau.desks.insights.spec import AlgorithmSpec, ChartData

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bureau.desks.insights.rendering.style import Style

HEADING: dict[Language, str] = {
    "es": "Top {n} subgrupos CPC por patentes publicadas",
    "en": "Top {n} CPC subgroups by published patents",
}


NOUN: dict[Language, str] = {"es": "subgrupos CPC", "en": "CPC subgroups"}


class Params(ChartParams):
    """`num_groups` subgroups are shown."""

    num_groups: int = count_field(15)


def compute(dataset: Dataset, params: Params) -> ChartData:
    """Symbols, counts and shares of the leading subgroups, largest first.

    Shares and the total are of the shown groups, as the areas are. Symbols are left as they are.
    """
    chosen = dataset.ranked()[: params.num_groups]
    total = sum(count for _, count in chosen)
    return {
        "type": "treemap",
        "series": [
            {"name": str(symbol), "value": count, "percentage": share(count, total)}
            for symbol, count in chosen
        ],
        "total_publications": total,
        "num_groups": params.num_groups,
        "warnings": [
            *shortage(dataset, params.num_groups, NOUN[params.language], params.language),
            *dataset.notes,
        ],
    }


def draw(chart_data: ChartData, style: Style) -> Figure:
    """Squarified rectangles, the largest at the lower left."""
    from bureau.desks.insights.rendering.treemap import Tile, treemap

    tiles = [
        Tile(entry["name"], entry["value"], style.percent(entry["percentage"]))
        for entry in chart_data["series"]
        if entry["value"]
    ]
    return treemap(style, HEADING[style.language].format(n=len(tiles)), tiles)


SPEC = AlgorithmSpec(
    key="cpc_treemap",
    version="1.0",
    facet="cpc_subgroups",
    chart_type="treemap",
    title={"es": "Mapa de subgrupos CPC", "en": "CPC treemap"},
    params_model=Params,
    compute=compute,
    draw=draw,
    describe=describe_treemap,
)
