"""PDF: the text of each page, with what is typed onto it; a page that is a picture is read as one."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bureau.kernel.retrieval.parsing import limits, ocr
from bureau.kernel.retrieval.parsing.headings import headings_in
from bureau.kernel.retrieval.parsing.notes import NoteKind, Notes
from bureau.kernel.retrieval.parsing.ocr.reading import SURE
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage, Unreadable, clean
from bureau.kernel.retrieval.parsing.pdfs import annots, pictures
from bureau.kernel.retrieval.parsing.pdfs.layout import Line
from bureau.kernel.retrieval.parsing.pdfs.letters import Letters, letters_of
from bureau.kernel.retrieval.parsing.picture import note_reading

# a page that is a picture to this share, with text on less than that share, is a scan
_PICTURE, _TEXT = 0.4, 0.06
# letters without a meaning, or signs where words should be, to this share: not text
_UNMAPPED, _ODD = 0.2, 0.4
# a text shorter than this cannot be told to be nothing but signs
_JUDGED = 100
_ALIKE = 75


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
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as problem:
        if "password" in str(problem).lower():
            raise Unreadable(
                "ENCRYPTED", "The PDF is protected by a password. Upload it without one."
            ) from None
        raise Unreadable("DAMAGED", "The PDF is damaged and cannot be opened.") from None
    if pdf.get_formtype():
        pdf.init_forms()
    return pdf


def _page(pdf: Any, number: int, ocr_languages: str) -> ParsedPage:
    import pypdfium2

    notes, text, by_ocr = Notes(), "", False
    try:
        text, by_ocr = _Page(pdf, number, ocr_languages, notes).read()
    except (pypdfium2.PdfiumError, ValueError, OSError, ctypes.ArgumentError):
        # one broken page does not take the others with it
        notes.add(NoteKind.PAGE_NOT_READ, detail="damaged")
    text = clean(text)
    label = _label(pdf, number)
    return ParsedPage(number, text, headings_in(text), by_ocr, label, notes.all())


def _label(pdf: Any, number: int) -> str:
    """What is printed on the page as its number, where it is another one."""
    label = str(pdf.get_page_label(number - 1) or "").strip()
    return "" if label == str(number) else label


class _Page:
    """One page while it is read."""

    def __init__(self, pdf: Any, number: int, ocr_languages: str, notes: Notes) -> None:
        self._pdf, self._place, self._languages, self._notes = pdf, number - 1, ocr_languages, notes

    def read(self) -> tuple[str, bool]:
        """The page's text, and whether it was read as a picture."""
        page = self._pdf[self._place]
        box = self._visible(page)
        letters = letters_of(page.get_textpage(), box)
        added, page = self._added(page, box)
        text = letters.text(added).strip()
        shares = pictures.picture_shares(page)
        if not self._is_picture(page, letters, text, shares):
            self._notes.add(NoteKind.PICTURES, len(shares))
            self._notes.add(NoteKind.LETTERS_UNSURE, letters.unmapped)
            return text, False
        return self._by_ocr(page, letters, text)

    def _visible(self, page: Any) -> tuple[float, float, float, float]:
        """The box of the page that is shown; all of it where the boxes contradict one another."""
        try:
            left, bottom, right, top = page.get_bbox()
        except (ValueError, AttributeError):
            left, bottom, right, top = page.get_mediabox()
        if right - left < 1 or top - bottom < 1:
            return -1e9, -1e9, 1e9, 1e9
        return left - 1, bottom - 1, right + 1, top + 1

    def _added(self, page: Any, box: tuple[float, float, float, float]) -> tuple[list[Line], Any]:
        """Lines of forms, notes, stamps and signatures; and the page with them drawn into it."""
        import pypdfium2.raw as pdfium

        if not pdfium.FPDFPage_GetAnnotCount(page):
            return [], page
        marks = annots.marks_of(self._pdf.formenv, page, self._notes)
        before = pdfium.FPDFText_CountChars(page.get_textpage())
        if annots.drawn_into(page):
            page.close()
            page = self._pdf[self._place]
        return annots.added_lines(page.get_textpage(), box, before, marks), page

    def _is_picture(self, page: Any, letters: Letters, text: str, shares: list[float]) -> bool:
        if len(text) < limits.SPARSE_PAGE:
            # letters that are drawn as lines are no text either
            return bool(shares) or (
                not text and next(page.get_objects(max_depth=1), None) is not None
            )
        if letters.unmapped > _UNMAPPED * letters.count or self._is_gibberish(letters):
            return True
        width, height = page.get_size()
        return sum(shares) >= _PICTURE and letters.covered < _TEXT * width * height

    def _is_gibberish(self, letters: Letters) -> bool:
        return letters.count >= _JUDGED and letters.odd > _ODD * letters.count

    def _by_ocr(self, page: Any, letters: Letters, text: str) -> tuple[str, bool]:
        unmapped = letters.unmapped > _UNMAPPED * letters.count or self._is_gibberish(letters)
        try:
            reading = ocr.read_picture(pictures.drawn(page), self._languages)
        except ocr.OcrFailed as problem:
            kind = NoteKind.FONT_WITHOUT_MAP if unmapped else NoteKind.PAGE_NOT_READ
            self._notes.add(kind, detail="" if unmapped else str(problem))
            return text, False
        scanned = clean(reading.text)
        if not unmapped and len(scanned) <= len(text):
            # a short title, or a photograph without words
            return text, False
        if unmapped and reading.confidence < SURE:
            self._notes.add(NoteKind.FONT_WITHOUT_MAP)
            return text, False
        if scanned:
            note_reading(self._notes, reading)
        return scanned if unmapped else _with_printed(text, scanned), True


def _with_printed(text: str, scanned: str) -> str:
    """A scan's words, after letters that stand on it as text (a fax line) and were not read."""
    from rapidfuzz import fuzz

    missing = [
        line
        for line in text.split("\n")
        if line.strip() and fuzz.partial_ratio(line.lower(), scanned.lower()) < _ALIKE
    ]
    return "\n".join([*missing, scanned])
