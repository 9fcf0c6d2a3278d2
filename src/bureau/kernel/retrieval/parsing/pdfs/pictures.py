"""Pictures on a PDF page, and the page as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bureau.kernel.retrieval.parsing import limits

if TYPE_CHECKING:
    from PIL.Image import Image

# of the page: smaller ones are signs and lines
_SEEN = 0.02
# objects that are looked at; drawings can have a million
_MOST_OBJECTS = 20_000


def picture_shares(page: Any) -> list[float]:
    """How much of the page each picture takes, those that can be seen; at most 1 each."""
    import pypdfium2.raw as pdfium

    width, height = page.get_size()
    shares = []
    for place, one in enumerate(page.get_objects(max_depth=3)):
        if place > _MOST_OBJECTS:
            break
        if one.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = one.get_bounds()
            share = abs(right - left) * abs(top - bottom) / max(width * height, 1)
            if share >= _SEEN:
                shares.append(min(share, 1.0))
    return shares


def drawn(page: Any) -> Image:
    """The page as a picture in grey."""
    width, height = page.get_size()
    scale = limits.SCAN_DPI / 72
    pixels = width * height * scale**2
    if pixels > limits.MAX_PIXELS:
        scale *= (limits.MAX_PIXELS / pixels) ** 0.5
    image: Image = page.render(scale=scale, grayscale=True).to_pil()
    return image
