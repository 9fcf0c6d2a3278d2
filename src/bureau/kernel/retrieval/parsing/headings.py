"""Which lines of plain text are headings: numbered, all capitals, or named as a chapter."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 100
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,4}\.?|[A-Z]\.\d{1,2}(?:\.\d{1,2})*)\s+[^\W\d_]")
_NAMED = re.compile(
    r"(?:chapter|appendix|part|section|kapitel|anhang|teil|abschnitt|chapitre|annexe|partie|"
    r"cap[ií]tulo|anexo|parte|secci[oó]n)\s+(?:\d+|[ivxlc]+|[a-z])\b",
    re.IGNORECASE,
)
# a line of a table of contents leads to its page number
_LEADER = re.compile(r"(?:\.\s?){4,}|\s\d{1,4}$")
_ENDS_SENTENCE = (".", ",", ";", "?", "!")


def headings_in(text: str) -> list[tuple[int, str]]:
    """(offset, title) of each line of `text` that reads like a heading."""
    return [(start, line) for start, line in _lines(text) if is_heading(line)]


def is_heading(line: str) -> bool:
    """Whether one stripped line reads like a heading."""
    if not 3 <= len(line) <= LONGEST or _LEADER.search(line) or line.endswith(_ENDS_SENTENCE):
        return False
    return bool(_NUMBERED.match(line) or _NAMED.match(line)) or _is_shouted(line)


def _is_shouted(line: str) -> bool:
    letters = [char for char in line if char.isalpha()]
    return len(letters) >= 6 and len(line) <= 60 and all(char.isupper() for char in letters)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            yield start + line.index(stripped), stripped
        start += len(line) + 1
