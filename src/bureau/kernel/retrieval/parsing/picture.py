"""Pictures of pages: photographs and scans, several to a file in TIFF."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bureau.kernel.retrieval.parsing import limits, ocr
from bureau.kernel.retrieval.parsing.headings import headings_in
from bureau.kernel.retrieval.parsing.notes import NoteKind, Notes
from bureau.kernel.retrieval.parsing.ocr.reading import SURE
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage, Unreadable, clean


def parse(path: Path, *, ocr_languages: str, first: int) -> Iterator[Overview | ParsedPage]:
    """Each picture as a page, from number `first` on.

    Raises:
        Unreadable: damaged, or over a limit.
    """
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = 10 * limits.MAX_PIXELS
    try:
        with Image.open(path) as image:
            count = getattr(image, "n_frames", 1)
            if count > limits.MAX_PAGES:
                raise Unreadable("TOO_LARGE", f"The file has {count} pictures; that is too many.")
            yield Overview(count)
            for number in range(first, count + 1):
                image.seek(number - 1)
                yield read_page(_sized(image), number, ocr_languages)
    except Image.DecompressionBombError:
        raise Unreadable("TOO_LARGE", "The picture has too many pixels.") from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise Unreadable("DAMAGED", "The picture is damaged and cannot be opened.") from None


def _sized(image: Any) -> Any:
    """Upright as the camera says, grey, and no larger than is read."""
    from PIL import ImageOps

    upright = ImageOps.exif_transpose(image).convert("L")
    pixels = upright.width * upright.height
    if pixels > limits.MAX_PIXELS:
        share = (limits.MAX_PIXELS / pixels) ** 0.5
        upright.thumbnail((upright.width * share, upright.height * share))
    return upright


def read_page(image: Any, number: int, ocr_languages: str) -> ParsedPage:
    """A picture as a page, with what is to be known about its reading."""
    notes, text = Notes(), ""
    try:
        reading = ocr.read_picture(image, ocr_languages)
    except ocr.OcrFailed as problem:
        notes.add(NoteKind.PAGE_NOT_READ, detail=str(problem))
    else:
        text = clean(reading.text)
        note_reading(notes, reading)
    return ParsedPage(number, text, headings_in(text), bool(text), notes=notes.all())


def note_reading(notes: Notes, reading: ocr.Reading) -> None:
    """Note which engine read a page, whether it had to be turned, and when it was unsure."""
    notes.add(NoteKind.READ_BY_OCR, detail=reading.engine)
    notes.add(NoteKind.TURNED, int(bool(reading.turned)))
    if reading.confidence < SURE:
        notes.add(NoteKind.OCR_UNSURE, detail=f"sure to {reading.confidence:.0%}")
