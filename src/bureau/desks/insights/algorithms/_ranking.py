"""Rankings: what the charts of the largest holders have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.errors import AlgorithmProblem
from bureau.desks.insights.names import label
from bureau.desks.insights.params import ChartParams, Language
from bureau.desks.insights.spec import ChartData

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bureau.desks.insights.rendering.style import Style

PUBLICATIONS: dict[Language, str] = {
    "es": "Número de Patentes Publicadas",
    "en": "Number of Published Patents",
}


def share(part: int, whole: int) -> float:
    """Percentage with two decimals; 0.0 of nothing."""
    return round(100 * part / whole, 2) if whole else 0.0


def need_rows(dataset: Dataset, wanted: int, noun: str, parameter: str) -> None:
    """Refuse a ranking longer than its table.

    Raises:
        AlgorithmProblem: the table has fewer rows than the chart is to show.
    """
    found = len(dataset.rows)
    if found < wanted:
        raise AlgorithmProblem(
            f"The chart is to show {wanted} {noun}, but the data has only {found}. "
            f"Ask for {parameter} of {found} or less."
        )


def rank_names(
    dataset: Dataset,
    params: ChartParams,
    top_n: int,
    axis: dict[Language, str],
    spell: Callable[[str], str],
) -> ChartData:
    """Chart data of the `top_n` names with the most publications, smallest first."""
    chosen = dataset.ranked()[:top_n]
    series = [
        {
            "name": label(spell(str(key))),
            "value": count,
            "percentage": share(count, dataset.total),
        }
        for key, count in reversed(chosen)
    ]
    return {
        "type": "horizontal_bar",
        "x_axis": PUBLICATIONS[params.language],
        "y_axis": axis[params.language],
        "series": series,
        "total_publications": dataset.total,
        "top_n": top_n,
        "warnings": list(dataset.notes),
    }


def draw_names(chart_data: ChartData, style: Style, title: dict[Language, str]) -> Figure:
    """Horizontal bars of names."""
    from bureau.desks.insights.rendering.bars import Bar, horizontal_bars

    bars = [
        Bar(
            entry["name"],
            entry["value"],
            style.count_and_share(entry["value"], entry["percentage"]),
        )
        for entry in chart_data["series"]
    ]
    heading = title[style.language].format(n=len(bars))
    return horizontal_bars(
        style, heading, bars, x_label=chart_data["x_axis"], y_label=chart_data["y_axis"]
    )
