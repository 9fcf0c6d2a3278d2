"""Tesseract, the program of the system."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from bureau.kernel.retrieval.parsing import limits
from bureau.kernel.retrieval.parsing.ocr.reading import SURE, OcrFailed, Reading

if TYPE_CHECKING:
    from PIL.Image import Image

NAME = "Tesseract"
_POSITIONS = (180, 90, 270)


def is_installed() -> bool:
    """Whether the program is there."""
    return shutil.which("tesseract") is not None


def read(image: Image, languages: str) -> Reading:
    """The text, upright.

    Raises:
        OcrFailed: it needed too long, or failed.
    """
    first = _read_turned(image, languages, 0)
    if first.confidence >= SURE:
        return first
    # a page on its side gives few and doubtful words
    others = [_read_turned(image, languages, degrees) for degrees in _positions(image)]
    return max([first, *others], key=lambda reading: reading.worth)


def _positions(image: Image) -> tuple[int, ...]:
    """How the page may lie: what the orientation detection says, else every way."""
    import pytesseract

    try:
        found: dict[str, Any] = pytesseract.image_to_osd(
            image, output_type=pytesseract.Output.DICT, timeout=limits.OCR_SECONDS
        )
    except (pytesseract.TesseractError, RuntimeError):
        # too few letters to tell, or no data for it
        return _POSITIONS
    degrees = int(found["rotate"])
    return (degrees,) if degrees and found["orientation_conf"] > 1 else _POSITIONS


def _read_turned(image: Image, languages: str, degrees: int) -> Reading:
    import pytesseract

    # PIL turns against the clock
    turned = image.rotate(-degrees, expand=True, fillcolor=255) if degrees else image
    try:
        table: dict[str, list[Any]] = pytesseract.image_to_data(
            turned,
            lang=languages,
            output_type=pytesseract.Output.DICT,
            timeout=limits.OCR_SECONDS,
        )
    except pytesseract.TesseractError:
        raise OcrFailed("the program that reads pictures failed") from None
    except RuntimeError:
        # pytesseract's way to say that the time was up
        raise OcrFailed("reading the picture took too long") from None
    return Reading(_text(table), _confidence(table), NAME, degrees)


def _text(table: dict[str, list[Any]]) -> str:
    """Words in lines, paragraphs apart."""
    parts = []
    for _, words in groupby(_words(table), key=lambda word: word[:2]):
        lines = groupby(words, key=lambda word: word[2])
        parts.append("\n".join(" ".join(word[3] for word in line) for _, line in lines))
    return "\n\n".join(parts)


def _words(table: dict[str, list[Any]]) -> Iterator[tuple[int, int, int, str]]:
    names = ("block_num", "par_num", "line_num", "text")
    for block, paragraph, line, text in zip(*(table[name] for name in names), strict=True):
        if str(text).strip():
            yield int(block), int(paragraph), int(line), str(text)


def _confidence(table: dict[str, list[Any]]) -> float:
    weighted = [
        (float(sure), len(str(text).strip()))
        for sure, text in zip(table["conf"], table["text"], strict=True)
        if str(text).strip() and float(sure) >= 0
    ]
    total = sum(length for _, length in weighted)
    return sum(sure * length for sure, length in weighted) / total / 100 if total else 0.0
