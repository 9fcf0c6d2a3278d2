"""Lines over years, with one or two value axes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bureau.desks.insights.rendering.canvas import (
    across,
    add_axes,
    add_boxes,
    add_footnotes,
    add_title,
    footnote_height,
    gridlines,
    label_x,
    label_y,
    new_figure,
    up,
)
from bureau.desks.insights.rendering.scale import scale
from bureau.desks.insights.rendering.style import MUTED, SHADE, Role, Style

SIZE = (15.0, 8.0)
# Width of the year axis in points over the width of a label of one point.
_YEAR_LABEL_POINTS = 330
_MOST_NUMBERS = 32
_INTERVALS = 5
_HEADROOM = 1.06
_VALUE_TITLE_AT = 0.7


@dataclass(frozen=True, slots=True)
class Line:
    """One line: year -> value, its name, and how it is drawn.

    `numbers` says which points carry their value; "above" keeps all of them over the line, where
    another line may run below it.
    """

    points: Mapping[int, float]
    name: str
    role: Role
    filled: bool = False
    dashed: bool = False
    marked: bool = True
    numbers: Literal["all", "above", "last", "none"] = "none"


def line_chart(
    style: Style,
    title: str,
    lines: Sequence[Line],
    x_label: str,
    y_label: str,
    *,
    second: Line | None = None,
    legend: bool = False,
    shaded: tuple[int, int] | None = None,
    band: Mapping[int, tuple[float, float]] | None = None,
    notes: Sequence[str] = (),
) -> Figure:
    """Lines on a common value axis; `second` has an axis of its own at the right.

    `shaded` is a span of years to set apart, such as a forecast; `band` is year -> lowest and highest
    value, such as an interval. It may be cut at the top, where it would flatten the lines.
    """
    figure = new_figure(*SIZE)
    add_title(figure, style, title)
    bottom = 0.9 + footnote_height(style, notes, SIZE[0])
    top = 1.15 if legend else 0.9
    axes = add_axes(figure, left=1.05, right=1.1 if second else 0.4, top=top, bottom=bottom)
    years = sorted(
        {year for line in [*lines, *([second] if second else [])] for year in line.points}
    )
    ticks = _limit(axes, years, lines)
    gridlines(axes, ticks)
    if shaded:
        add_boxes(axes, [(shaded[0], 0, shaded[1] - shaded[0], axes.get_ylim()[1])], [SHADE])
    _label_years(axes, style, x_label, years)
    _label_values(axes, style, y_label, ticks, style.colours.of(lines[0].role) if second else MUTED)
    if band:
        lows, highs = zip(*band.values(), strict=True)
        axes.fill_between(list(band), lows, highs, color=MUTED, alpha=0.14, linewidth=0, zorder=1)
    for line in lines:
        _draw(axes, style, line)
    if second:
        _draw_second(figure, axes, style, second, years)
    if legend:
        _legend(axes, style, len(lines))
    add_footnotes(figure, style, notes)
    return figure


def _draw_second(
    figure: Figure, first: Axes, style: Style, line: Line, years: Sequence[int]
) -> None:
    """A line in axes of its own over the first, with its scale at the right."""
    axes = figure.add_axes(first.get_position().bounds)
    axes.set_axis_off()
    ticks = _limit(axes, years, [line])
    _label_values(axes, style, line.name, ticks, style.colours.of(line.role), right=True)
    _draw(axes, style, line)


def _draw(axes: Axes, style: Style, line: Line) -> None:
    years, values = list(line.points), list(line.points.values())
    colour = style.colours.of(line.role)
    axes.plot(
        *(years, values),
        color=colour,
        label=line.name,
        linewidth=2.2 if line.marked else 1.3,
        linestyle=(0, (5, 2.5)) if line.dashed else "solid",
        marker="o" if line.marked else "",
        markersize=5.5,
        markerfacecolor="white",
        markeredgewidth=1.6,
        zorder=3 if line.marked else 2,
        clip_on=False,
    )
    if line.filled:
        axes.fill_between(years, values, color=colour, alpha=0.12, linewidth=0)
    if line.numbers != "none" and len(years) <= _MOST_NUMBERS:
        _write_numbers(axes, style, line, colour)


def _write_numbers(axes: Axes, style: Style, line: Line, colour: str) -> None:
    points = list(line.points.items())
    first = len(points) - 1 if line.numbers == "last" else 0
    for index, (year, value) in enumerate(points[first:], start=first):
        before = points[index - 1][1] if index else None
        after = points[index + 1][1] if index + 1 < len(points) else None
        side, x, y = _beside(value, before, after, never_below=line.numbers == "above")
        axes.text(
            *(year + across(axes, x), value + up(axes, y), style.number(value)),
            ha=side,
            va="bottom" if y > 0 else "top",
            fontsize=style.base * 0.82,
            color=colour,
            zorder=4,
        )


def _beside(
    value: float, before: float | None, after: float | None, *, never_below: bool
) -> tuple[Literal["left", "center", "right"], float, float]:
    """Where a number stands clear of its own line: alignment and offset in points."""
    from_above = before is not None and before > value
    to_above = after is not None and after > value
    if from_above and (to_above or after is None) and value > 0 and not never_below:
        return "center", 0, -8
    if from_above and not to_above:
        return "left", 4, 5
    if to_above and not from_above:
        return "right", -4, 5
    return "center", 0, 8


def _limit(axes: Axes, years: Sequence[int], lines: Sequence[Line]) -> list[int]:
    """Set the limits of the axes; the ticks of the value axis.

    Every value axis has the same number of intervals, so that the gridlines serve two alike.
    """
    highest = max(value for line in lines for value in line.points.values())
    ticks = scale(highest * _HEADROOM, _INTERVALS)
    axes.set_xlim(years[0] - 0.5, years[-1] + 0.5)
    axes.set_ylim(0, ticks[-1] * 1.03)
    return ticks


def _label_years(axes: Axes, style: Style, title: str, years: Sequence[int]) -> None:
    shown = years[:: math.ceil(len(years) * style.base / _YEAR_LABEL_POINTS)]
    label_x(axes, {year: str(year) for year in shown}, style.base * 0.9, title, style)


def _label_values(
    axes: Axes, style: Style, title: str, ticks: Sequence[int], colour: str, *, right: bool = False
) -> None:
    labels = {float(tick): style.number(tick) for tick in ticks}
    label_y(
        *(axes, labels, style.base * 0.9, title, style),
        colour=colour,
        title_at=_VALUE_TITLE_AT,
        right=right,
    )


def _legend(axes: Axes, style: Style, entries: int) -> None:
    """One row between the title and the plot, where no line can run through it."""
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        borderaxespad=0,
        ncols=entries,
        fontsize=style.base * 0.92,
        frameon=False,
        handlelength=2.6,
    )
