"""What a parser hands over, and the ways in which a document cannot be read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bureau.kernel.retrieval.parsing.notes import Note

# a line break inside a word: PDF readers mark the hyphen with one of these
_BROKEN_WORD = re.compile(r"[\x02\ufffe\u00ad]\n?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufeff]")
_TRAILING = re.compile(r"[ \t\u00a0]+\n")
_BLANKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """One page's text; formats without pages have one, number 1.

    Attributes:
        headings: (offset, title).
        label: what is printed on the page as its number, where that differs from `number`.
        notes: what was left out, guessed or could not be read.
    """

    number: int
    text: str
    headings: list[tuple[int, str]] = field(default_factory=list)
    by_ocr: bool = False
    label: str = ""
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Overview:
    """What is known before the first page: how many there are, or None for a format without."""

    page_count: int | None


class Unreadable(Exception):
    """The document cannot be read; it will not get better by trying again.

    Args:
        reason: one word for programs, such as `ENCRYPTED`.
        message: one sentence for people.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason, self.message = reason, message


def clean(text: str) -> str:
    """Text as it is kept: no control characters, words whole, at most one blank line in a row.

    Signs such as `° % / ( ) + €` and line breaks stay: technical values depend on them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    text = _CONTROL.sub("", _BROKEN_WORD.sub("", text))
    return _BLANKS.sub("\n\n", _TRAILING.sub("\n", text)).strip()
