"""Rankings: what the charts of the largest holders have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.names import labels
from bureau.desks.insights.params import ChartParams, Language
from bureau.desks.insights.spec import ChartData

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bureau.desks.insights.rendering.style import Style

PUBLICATIONS: dict[Language, str] = {
    "es": "Número de Patentes Publicadas",
    "en": "Number of Published Patents",
}


_FEWER: dict[Language, str] = {
    "es": "Se pidieron {wanted} {noun}, pero los datos solo tienen {found}.",
    "en": "{wanted} {noun} were asked for, but the data has only {found}.",
}
_TIE: dict[Language, str] = {
    "es": "Con {count} publicaciones hay {left_out} más que no se muestran; el orden es alfabético.",
    "en": "{left_out} more with {count} publications are not shown; ties are in alphabetical order.",
}


def share(part: int, whole: int) -> float:
    """Percentage with two decimals; 0.0 of nothing."""
    return round(100 * part / whole, 2) if whole else 0.0


def shortage(dataset: Dataset, wanted: int, noun: str, language: Language) -> list[str]:
    """One sentence when the table has fewer rows than were asked for, else none."""
    found = len(dataset.rows)
    if found >= wanted:
        return []
    return [_FEWER[language].format(wanted=wanted, noun=noun, found=found)]


def tie_at_the_end(dataset: Dataset, top_n: int, language: Language) -> list[str]:
    """One sentence when names with the same count stand on both sides of the cut, else none."""
    ranked = dataset.ranked()
    if len(ranked) <= top_n or ranked[top_n - 1][1] != ranked[top_n][1]:
        return []
    count = ranked[top_n][1]
    left_out = sum(other == count for _, other in ranked[top_n:])
    return [_TIE[language].format(left_out=left_out, count=count)]


def rank_names(
    dataset: Dataset,
    params: ChartParams,
    top_n: int,
    axis: dict[Language, str],
    spell: Callable[[str], str],
) -> ChartData:
    """Chart data of the `top_n` names with the most publications, smallest first.

    `name` is the label of the axis, different for each; `full_name` is the name uncut. A table with
    fewer names gives a chart of those, and a warning.
    """
    chosen = dataset.ranked()[:top_n][::-1]
    full = [spell(" ".join(str(key).split())) for key, _ in chosen]
    series = [
        {
            "name": short,
            "full_name": name,
            "value": count,
            "percentage": share(count, dataset.total),
        }
        for short, name, (_, count) in zip(labels(full), full, chosen, strict=True)
    ]
    language = params.language
    return {
        "type": "horizontal_bar",
        "x_axis": PUBLICATIONS[params.language],
        "y_axis": axis[params.language],
        "series": series,
        "total_publications": dataset.total,
        "top_n": top_n,
        "warnings": [
            *shortage(dataset, top_n, axis[language].lower(), language),
            *tie_at_the_end(dataset, top_n, language),
            *dataset.notes,
        ],
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
