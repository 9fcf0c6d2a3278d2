"""Horizontal bars for rankings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bureau.desks.insights.names import one_line
from bureau.desks.insights.rendering.canvas import (
    across,
    add_axes,
    add_boxes,
    add_footnotes,
    add_title,
    footnote_height,
    label_x,
    label_y,
    new_figure,
    text_width,
)
from bureau.desks.insights.rendering.scale import scale
from bureau.desks.insights.rendering.style import INK, Style

SIZE = (12.0, 10.0)
_RIGHT = 0.4
_TITLE_AT = 0.32
_AXES_HEIGHT = 8.2
_POINTS = 72
_THICKNESS = 0.72
_MOST_WRAPPED = 30
# Fewer bars than this leave room below instead of growing fat.
_FEWEST_SLOTS = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, length, the text at its end, and what its colour says."""

    label: str
    value: float
    text: str
    role: Literal["rank", "highlight", "others"] = "rank"


def horizontal_bars(
    style: Style,
    title: str,
    bars: Sequence[Bar],
    *,
    x_label: str,
    y_label: str,
    notes: Sequence[str] = (),
) -> Figure:
    """Bars from the bottom up in the order given."""
    figure = new_figure(*SIZE)
    add_title(figure, style, title)
    labels = [bar.label if len(bars) <= _MOST_WRAPPED else one_line(bar.label) for bar in bars]
    size = _label_size(style, labels)
    left = 0.75 + max(text_width(label, size) for label in labels)
    bottom = 0.85 + footnote_height(style, notes, SIZE[0])
    axes = add_axes(figure, left=left, right=_RIGHT, bottom=bottom)
    ticks = _limit(axes, bars, SIZE[0] - left - _RIGHT, size)
    _draw(axes, style, bars, min(size, style.base * 0.92))
    label_x(axes, {x: style.number(x) for x in ticks}, style.base * 0.9, x_label, style)
    rows = dict[float, str](enumerate(labels))
    label_y(axes, rows, size, y_label, style, colour=INK, title_at=left - _TITLE_AT)
    add_footnotes(figure, style, notes)
    return figure


def _label_size(style: Style, labels: Sequence[str]) -> float:
    """Points that fit the lines of a label into the height of its bar."""
    lines = max(label.count("\n") + 1 for label in labels)
    return min(style.base, _AXES_HEIGHT * _POINTS / len(labels) / (lines * 1.25))


def _limit(axes: Axes, bars: Sequence[Bar], width: float, size: float) -> list[int]:
    """Set the limits so that the longest bar and its text fit; the ticks of the value axis."""
    longest = max((bar.value for bar in bars), default=0) or 1
    text = max(text_width(bar.text, size) for bar in bars) + 0.25
    end = longest * width / (width - text)
    axes.set_xlim(0, end)
    axes.set_ylim(min(-0.6, len(bars) - 0.4 - _FEWEST_SLOTS), len(bars) - 0.4)
    return [tick for tick in scale(longest, 5) if tick <= end]


def _draw(axes: Axes, style: Style, bars: Sequence[Bar], size: float) -> None:
    boxes = [(0.0, row - _THICKNESS / 2, bar.value, _THICKNESS) for row, bar in enumerate(bars)]
    add_boxes(axes, boxes, _colours(style, bars))
    for row, (bar, box) in enumerate(zip(bars, boxes, strict=True)):
        if bar.role == "highlight" and style.colours.highlight_hatch:
            _hatch(axes, style, box)
        end = bar.value + across(axes, 7)
        axes.text(end, row, bar.text, va="center_baseline", fontsize=size)


def _hatch(axes: Axes, style: Style, box: tuple[float, float, float, float]) -> None:
    x, y, width, height = box
    hatch, edge = style.colours.highlight_hatch, style.colours.dark
    axes.add_patch(Rectangle((x, y), width, height, fill=False, hatch=hatch, edgecolor=edge))


def _colours(style: Style, bars: Sequence[Bar]) -> list[str]:
    """The gradient over the ranked bars; the others and the highlight keep their own colours."""
    gradient = style.gradient(len(bars))
    own = {"highlight": style.colours.highlight, "others": style.colours.others}
    return [own.get(bar.role, shade) for bar, shade in zip(bars, gradient, strict=True)]
