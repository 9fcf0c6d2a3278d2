"""The jurisdictions with the most publications, with Ecuador always in sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bureau.desks.insights.algorithms._ranking import PUBLICATIONS, share
from bureau.desks.insights.countries import ECUADOR, OFFICE_NOTES, country_name
from bureau.desks.insights.datasets import Dataset, Key
from bureau.desks.insights.describe.prose import describe_countries
from bureau.desks.insights.params import ChartParams, Language, count_field
from bureau.desks.insights.spec import AlgorithmSpec, ChartData

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bureau.desks.insights.rendering.bars import Bar
    from bureau.desks.insights.rendering.style import Style

OTHERS = "Others"
AXIS: dict[Language, str] = {"es": "Jurisdicción", "en": "Jurisdiction"}
HEADING: dict[Language, str] = {
    "es": "Top {n} jurisdicciones por patentes publicadas",
    "en": "Top {n} jurisdictions by published patents",
}
_OTHERS_SHOWN: dict[Language, str] = {"es": "Otros", "en": "Others"}


class Params(ChartParams):
    """`top_n` jurisdictions are shown, besides Ecuador and the sum of the others."""

    top_n: int = count_field(15)


def compute(dataset: Dataset, params: Params) -> ChartData:
    """Counts by jurisdiction, smallest first, "Others" before them where there are any.

    Ecuador has a bar of its own even below the top. Ranks count the jurisdictions with more
    publications, whatever the order of the file.
    """
    ranked = dataset.ranked()
    shown, rest = _split(ranked, params.top_n)
    bars = [*([(OTHERS, rest)] if rest else []), *reversed(shown)]
    values = [count for _, count in bars]
    return {
        "type": "horizontal_bar",
        "title": f"Top {params.top_n} Patent Countries",
        "x_axis": {"label": PUBLICATIONS[params.language], "values": values},
        "y_axis": {
            "label": AXIS[params.language],
            "categories": [str(code) for code, _ in bars],
        },
        "series": [
            {
                "name": PUBLICATIONS[params.language],
                "data": values,
                "labels": [_label(count, dataset.total) for count in values],
            }
        ],
        "totals": _totals(ranked, dataset.total, params.top_n),
        "warnings": _warnings(shown, dataset),
    }


def _split(ranked: Sequence[tuple[Key, int]], top_n: int) -> tuple[list[tuple[Key, int]], int]:
    """The rows with a bar of their own, and the sum of the others."""
    ecuador = [row for row in ranked[top_n:] if row[0] == ECUADOR]
    shown = [*ranked[:top_n], *ecuador]
    return shown, sum(count for _, count in ranked) - sum(count for _, count in shown)


def _label(count: int, total: int) -> str:
    return f"{count} ({share(count, total):.1f}%)"


def _totals(ranked: Sequence[tuple[Key, int]], total: int, top_n: int) -> dict[str, Any]:
    own = next((count for code, count in ranked if code == ECUADOR), None)
    rank = None if own is None else 1 + sum(count > own for _, count in ranked)
    return {
        "total_publications": total,
        "top_n": top_n,
        "ecuador_rank": rank,
        "ecuador_publications": own,
    }


def _warnings(shown: Sequence[tuple[Key, int]], dataset: Dataset) -> list[str]:
    offices = [OFFICE_NOTES[str(code)]["en"] for code, _ in shown if code in OFFICE_NOTES]
    return [*offices, *dataset.notes]


def draw(chart_data: ChartData, style: Style) -> Figure:
    """Horizontal bars: Ecuador and the others stand out by colour."""
    from bureau.desks.insights.rendering.bars import horizontal_bars

    categories = chart_data["y_axis"]["categories"]
    total = chart_data["totals"]["total_publications"]
    counts = chart_data["series"][0]["data"]
    bars = [
        _bar(code, count, style.count_and_share(count, share(count, total)), style)
        for code, count in zip(categories, counts, strict=True)
    ]
    ranked = min(chart_data["totals"]["top_n"], sum(code != OTHERS for code in categories))
    return horizontal_bars(
        style,
        HEADING[style.language].format(n=ranked),
        bars,
        x_label=chart_data["x_axis"]["label"],
        y_label=chart_data["y_axis"]["label"],
        notes=[OFFICE_NOTES[c][style.language] for c in categories if c in OFFICE_NOTES][::-1],
    )


def _bar(code: str, count: int, text: str, style: Style) -> Bar:
    from bureau.desks.insights.rendering.bars import Bar

    if code == OTHERS:
        return Bar(_OTHERS_SHOWN[style.language], count, text, role="others")
    name = country_name(code, style.language)
    label = name if name == code else f"{name} ({code})"
    return Bar(label, count, text, role="highlight" if code == ECUADOR else "rank")


SPEC = AlgorithmSpec(
    key="top_patent_countries",
    version="1.0",
    facet="countries",
    chart_type="horizontal_bar",
    title={"es": "Principales jurisdicciones", "en": "Top jurisdictions"},
    params_model=Params,
    compute=compute,
    draw=draw,
    describe=describe_countries,
)
