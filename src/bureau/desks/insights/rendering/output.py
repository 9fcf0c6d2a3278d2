"""Output: a figure as PNG and SVG bytes that depend on nothing but the chart.

No dates, no library versions, no random ids: the same data and parameters give the same files on
every run, so a report can be checked by its hashes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO, StringIO
from typing import Any
from xml.sax.saxutils import escape

import numpy
from matplotlib.figure import Figure
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bureau.desks.insights.rendering.canvas import DPI

SOFTWARE = "Bureau"
# zlib level 3 packs a flat chart nearly as small as the default 6 in half the time.
_PNG_COMPRESSION = 3
_NO_RDF = dict.fromkeys(("Date", "Creator", "Format", "Type"))


def to_png(figure: Figure, title: str, alt_text: str) -> bytes:
    """PNG bytes with the title and the alternative text as metadata."""
    # Any: matplotlib leaves the methods of its Agg canvas untyped.
    canvas: Any = figure.canvas
    canvas.draw()
    # Charts are opaque: without the alpha channel there is a quarter less to compress.
    pixels = Image.fromarray(numpy.asarray(canvas.buffer_rgba())).convert("RGB")
    buffer = BytesIO()
    pixels.save(
        buffer,
        "png",
        compress_level=_PNG_COMPRESSION,
        dpi=(DPI, DPI),
        pnginfo=_words(title, alt_text),
    )
    return buffer.getvalue()


def _words(title: str, alt_text: str) -> PngInfo:
    words = PngInfo()
    for keyword, text in (("Software", SOFTWARE), ("Title", title), ("Description", alt_text)):
        words.add_itxt(keyword, text)
    return words


def to_svg(figure: Figure, title: str, alt_text: str, about: Mapping[str, Any]) -> str:
    """SVG text with title, alternative text and a JSON block that says how the chart was made."""
    buffer = StringIO()
    figure.savefig(buffer, format="svg", metadata=_NO_RDF)
    return _with_words(buffer.getvalue(), title, alt_text, about)


def _with_words(svg: str, title: str, alt_text: str, about: Mapping[str, Any]) -> str:
    """Put the words where screen readers and tools look for them: first inside the root."""
    start = svg.index("<svg")
    end = svg.index(">", start)
    block = json.dumps(about, ensure_ascii=False, sort_keys=True)
    words = (
        f' role="img" aria-labelledby="chart-title chart-desc">\n'
        f' <title id="chart-title">{escape(title)}</title>\n'
        f' <desc id="chart-desc">{escape(alt_text)}</desc>\n'
        f' <metadata id="chart-about">{escape(block)}</metadata>'
    )
    return svg[:end] + words + svg[end + 1 :]
