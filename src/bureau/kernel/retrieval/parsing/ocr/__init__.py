"""Reading pictures of pages: one port, two engines.

Tesseract is preferred where it is installed: it knows the languages that it has data for, Nepali
among them. RapidOCR comes with its models as a package, needs no program of the system, and knows
Latin and Chinese letters. Which one read a page is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bureau.kernel.retrieval.parsing.ocr import rapid, tesseract
from bureau.kernel.retrieval.parsing.ocr.reading import OcrFailed, Reading

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["OcrFailed", "Reading", "read_picture"]


def read_picture(image: Image, languages: str) -> Reading:
    """The text of a picture of a page, turned upright if need be.

    Args:
        languages: what Tesseract is told, such as `eng+nep`.

    Raises:
        OcrFailed: no engine could read it; says why.
    """
    if not tesseract.is_installed():
        return rapid.read(image)
    try:
        return tesseract.read(image, languages)
    except OcrFailed:
        return rapid.read(image)
