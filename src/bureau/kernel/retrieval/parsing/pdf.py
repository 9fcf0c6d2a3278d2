"""PDF: the text of each page; a page without text is drawn and read as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.kernel.retrieval.parsing import limits
from bureau.kernel.retrieval.parsing.headings import headings_in
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage, Unreadable, clean

if TYPE_CHECKING:
    from PIL.Image import Image


def parse(path: Path, *, ocr_languages: str, first: int) -> Iterator[Overview | ParsedPage]:
    """Pages from number `first` on, one at a time.

    Raises:
        Unreadable: encrypted, damaged, or over a limit.
    """
    pdf = _opened(path)
    count = len(pdf)
    if count > limits.MAX_PAGES:
        raise Unreadable(
            "TOO_LARGE", f"The PDF has {count} pages; the limit is {limits.MAX_PAGES}."
        )
    yield Overview(count)
    for number in range(first, count + 1):
        yield _page(pdf, number, ocr_languages)


def _opened(path: Path) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as problem:
        if "password" in str(problem).lower():
            raise Unreadable(
                "ENCRYPTED", "The PDF is protected by a password. Upload it without one."
            ) from None
        raise Unreadable("DAMAGED", "The PDF is damaged and cannot be opened.") from None


def _page(pdf: Any, number: int, ocr_languages: str) -> ParsedPage:
    import pypdfium2

    try:
        page = pdf[number - 1]
        text = clean(page.get_textpage().get_text_bounded())
        if len(text) >= limits.SPARSE_PAGE or next(page.get_objects(max_depth=1), None) is None:
            return ParsedPage(number, text, headings_in(text))
        scanned = clean(_read_picture(_drawn(page), ocr_languages))
    except pypdfium2.PdfiumError:
        # one broken page does not take the others with it
        return ParsedPage(number, "")
    if len(scanned) <= len(text):
        return ParsedPage(number, text, headings_in(text))
    return ParsedPage(number, scanned, headings_in(scanned), by_ocr=True)


def _drawn(page: Any) -> Image:
    width, height = page.get_size()
    scale = limits.SCAN_DPI / 72
    pixels = width * height * scale**2
    if pixels > limits.MAX_PIXELS:
        scale *= (limits.MAX_PIXELS / pixels) ** 0.5
    image: Image = page.render(scale=scale, grayscale=True).to_pil()
    return image


def _read_picture(image: Image, languages: str) -> str:
    import pytesseract

    try:
        return str(pytesseract.image_to_string(image, lang=languages, timeout=limits.OCR_SECONDS))
    except pytesseract.TesseractNotFoundError:
        raise Unreadable(
            "OCR_NOT_INSTALLED", "The document is a scan and tesseract is not installed here."
        ) from None
    except pytesseract.TesseractError as problem:
        raise Unreadable("OCR_FAILED", f"Reading the scan failed: {str(problem)[:200]}") from None
    except RuntimeError:
        # pytesseract's way to say that the time was up; the page stays without text
        return ""
