"""Treemaps: areas in proportion to values (squarified, Bruls, Huizing & van Wijk 2000)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import squarify
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bureau.desks.insights.rendering.canvas import (
    add_axes,
    add_boxes,
    add_title,
    new_figure,
    text_width,
)
from bureau.desks.insights.rendering.style import Style, ink_on

SIZE = (12.0, 10.0)
_SMALLEST_TEXT = 5.0
_LINES = 3
_POINTS = 72
# Inches of white between tiles.
_GAP = 0.03


@dataclass(frozen=True, slots=True)
class Tile:
    """One area: its name, its size, and its share as text."""

    name: str
    value: float
    share: str


def treemap(style: Style, title: str, tiles: Sequence[Tile]) -> Figure:
    """Tiles in the order given, which is largest first.

    Raises:
        ValueError: there is no tile.
    """
    figure = new_figure(*SIZE)
    add_title(figure, style, title)
    axes = add_axes(figure, left=0.3, right=0.3, top=0.95, bottom=0.3)
    width, height = SIZE[0] - 0.6, SIZE[1] - 1.25
    # Axis units are inches, so that texts can be fitted without drawing them first.
    axes.set(xlim=(0, width), ylim=(height, 0))
    sizes = squarify.normalize_sizes([tile.value for tile in tiles], width, height)
    boxes = [
        (box["x"] + _GAP / 2, box["y"] + _GAP / 2, box["dx"] - _GAP, box["dy"] - _GAP)
        for box in squarify.squarify(sizes, 0, 0, width, height)
    ]
    shades = style.gradient(len(tiles))[::-1]
    add_boxes(axes, boxes, shades)
    for tile, box, shade in zip(tiles, boxes, shades, strict=True):
        _write(axes, style, tile, box, shade)
    return figure


def _write(
    axes: Axes, style: Style, tile: Tile, box: tuple[float, float, float, float], shade: str
) -> None:
    x, y, width, height = box
    text = f"{tile.name}\n{style.number(tile.value)}\n{tile.share}"
    size = _text_size(style, text, width, height)
    if size >= _SMALLEST_TEXT:
        axes.text(
            *(x + width / 2, y + height / 2, text),
            ha="center",
            va="center",
            fontsize=size,
            color=ink_on(shade),
            linespacing=1.3,
        )


def _text_size(style: Style, text: str, width: float, height: float) -> float:
    """Points at which the text fits its tile, not larger than suits the style."""
    by_width = 0.84 * width / text_width(text, 1.0)
    by_height = 0.85 * height * _POINTS / (_LINES * 1.35)
    return min(style.base * 1.35, by_width, by_height)
