"""Canvas: new figures with title and footnotes, laid out by arithmetic instead of trial drawing.

Only the Figure API is used: pyplot keeps every figure alive and is not safe in threads.
"""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from bureau.desks.insights.letters import columns
from bureau.desks.insights.rendering.fonts import families
from bureau.desks.insights.rendering.style import GRID, INK, MUTED, Style

DPI = 100
_POINTS = 72
# DejaVu Sans letters are this wide on average, in parts of the text size.
_LETTER_WIDTH = 0.57
_CAPITAL_WIDTH = 0.67
# a Chinese, Japanese or Korean letter is as wide as high; widths of columns are half of it
_COLUMN_WIDTH = 0.5
# Any: matplotlib types the keys as one long Literal of all its settings.
_RULES: Any = {
    # A name such as "A$B" is text, not a formula.
    "text.parse_math": False,
    # Hinting takes a fifth of the drawing time and shows little at this resolution.
    "text.hinting": "none",
    "text.color": INK,
    "svg.fonttype": "none",
    "svg.hashsalt": "bureau",
    "hatch.linewidth": 0.6,
}
_lock = Lock()


@contextmanager
def drawing_rules() -> Iterator[None]:
    """The matplotlib settings of this desk for the time of a block.

    Settings are global in matplotlib, so one thread of a process draws at a time.
    """
    # matplotlib looks for a letter in each family of this list; a generic name would end the search
    rules = {**_RULES, "font.family": list(families())}
    with _lock, mpl.rc_context(rules), warnings.catch_warnings():
        # `fonts.warnings_for` has told the reader of the chart
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of a size in inches."""
    figure = Figure(figsize=(width, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def add_axes(
    figure: Figure, *, left: float, right: float = 0.3, top: float = 0.9, bottom: float = 0.7
) -> Axes:
    """Axes inside margins in inches, without matplotlib's own axis lines, ticks and labels.

    A matplotlib tick is five artists that are measured before they are drawn; plain texts and one
    set of gridlines look the same in a third of the time.
    """
    width, height = figure.get_size_inches()
    box = (left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height)
    axes = figure.add_axes(box)
    axes.set_axis_off()
    return axes


def across(axes: Axes, points: float) -> float:
    """A horizontal distance in points as units of the x axis; set the limits first."""
    start, end = axes.get_xlim()
    return points / _POINTS * axes.figure.dpi / axes.bbox.width * (end - start)


def up(axes: Axes, points: float) -> float:
    """A vertical distance in points as units of the y axis; set the limits first."""
    start, end = axes.get_ylim()
    return points / _POINTS * axes.figure.dpi / axes.bbox.height * (end - start)


def label_x(axes: Axes, labels: Mapping[float, str], size: float, title: str, style: Style) -> None:
    """Texts under the axes, and the title of the axis under them."""
    bottom = axes.get_ylim()[0]
    start, end = axes.get_xlim()
    for x, text in labels.items():
        axes.text(x, bottom - up(axes, 8), text, ha="center", va="top", fontsize=size, color=MUTED)
    below = bottom - up(axes, 16 + size)
    axes.text((start + end) / 2, below, title, ha="center", va="top", fontsize=style.base)


def label_y(
    axes: Axes,
    labels: Mapping[float, str],
    size: float,
    title: str,
    style: Style,
    *,
    colour: str,
    title_at: float,
    right: bool = False,
) -> None:
    """Texts beside the axes, and the title of the axis upright.

    Args:
        title_at: distance in inches of the middle of the title from the axes.
    """
    bottom, top = axes.get_ylim()
    edge, side = (axes.get_xlim()[1], 1) if right else (axes.get_xlim()[0], -1)
    align: Literal["left", "right"] = "left" if right else "right"
    x = edge + side * across(axes, 6)
    for y, text in labels.items():
        axes.text(x, y, text, ha=align, va="center_baseline", fontsize=size, color=colour)
    axes.text(
        *(edge + side * across(axes, title_at * _POINTS), (bottom + top) / 2, title),
        rotation=90,
        ha="center",
        va="center",
        fontsize=style.base,
        color=INK if colour == MUTED else colour,
    )


def gridlines(axes: Axes, values: Sequence[float]) -> None:
    """Horizontal lines across the axes."""
    axes.hlines(values, *axes.get_xlim(), colors=GRID, linewidth=0.8, zorder=0.5)


def add_boxes(
    axes: Axes, boxes: Sequence[tuple[float, float, float, float]], colours: Sequence[str]
) -> None:
    """Filled rectangles of (x, y, width, height) as one artist."""
    corners = [[(x, y), (x + w, y), (x + w, y + h), (x, y + h)] for x, y, w, h in boxes]
    axes.add_collection(
        PolyCollection(corners, facecolors=list(colours), zorder=0.3), autolim=False
    )


def add_title(figure: Figure, style: Style, text: str) -> None:
    """The heading at the upper left."""
    width, height = figure.get_size_inches()
    figure.text(
        *(0.3 / width, 1 - 0.35 / height, text),
        fontsize=style.base * 1.55,
        fontweight="bold",
        va="top",
    )


def footnote_height(style: Style, notes: Sequence[str], width: float) -> float:
    """Inches that the footnotes take at the bottom."""
    return len(_note_lines(style, notes, width)) * style.base * 1.25 / _POINTS


def add_footnotes(figure: Figure, style: Style, notes: Sequence[str]) -> None:
    """Notes in small print at the lower left."""
    width, height = figure.get_size_inches()
    lines = _note_lines(style, notes, width)
    if lines:
        figure.text(
            *(0.3 / width, 0.18 / height, "\n".join(lines)),
            fontsize=style.base * 0.82,
            color=MUTED,
            va="bottom",
            linespacing=1.35,
        )


def _note_lines(style: Style, notes: Sequence[str], width: float) -> list[str]:
    letters = int((width - 0.6) * _POINTS / (style.base * 0.82 * _LETTER_WIDTH))
    return [line for note in notes for line in textwrap.wrap(note, letters)]


def text_width(text: str, size: float) -> float:
    """Width in inches of the longest line of a text, estimated from its letters."""
    return max((_line_width(line) for line in text.split("\n")), default=0.0) * size / _POINTS


def _line_width(line: str) -> float:
    capitals = sum(letter.isupper() or letter.isdigit() for letter in line)
    taken = columns(line)
    if taken > len(line):
        return taken * _COLUMN_WIDTH + capitals * (_CAPITAL_WIDTH - _COLUMN_WIDTH)
    return capitals * _CAPITAL_WIDTH + (len(line) - capitals) * _LETTER_WIDTH
