"""Which lines of plain text are headings: numbered, all capitals, or named as a chapter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

LONGEST = 100
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,4}\.?|[A-Z]\.\d{1,2}(?:\.\d{1,2})*)\s+[^\W\d_]")
_NAMED = re.compile(
    r"(?:chapter|appendix|part|section|kapitel|anhang|teil|abschnitt|chapitre|annexe|partie|"
    r"cap[ií]tulo|anexo|parte|secci[oó]n)\s+(?:\d+|[ivxlc]+|[a-z])\b",
    re.IGNORECASE,
)
# a line of a table of contents leads to its page number
_DOTS = re.compile(r"(?:\.\s?){4,}")
_LEADER = re.compile(rf"{_DOTS.pattern}|\s\d{{1,4}}$")
_NUMBERED = re.compile(r"\d{1,3}(?:\.\d{1,3})*\.?\s+\S")
_PAGE = re.compile(r"\s(\d{1,4})$")
# `abscess, 12, 45`
_PAGES = re.compile(r",\s?\d{1,4}(?:[-–]\d{1,4})?,\s?\d{1,4}(?:[-–]\d{1,4})?$")
_CONTENTS = re.compile(
    r"(?:table of )?contents|inhalt(?:sverzeichnis)?|sommaire|table des mati[èe]res|[íi]ndice"
    r"|contenido|inhoud(?:sopgawe)?|okuqukethwe|iziqulatho|(?:विषय|अनुक्रम)[ -]?(?:सूची|णिका)|目\s?[录錄]",
    re.IGNORECASE,
)
SOME_DOTTED = 3
# a page's running title with the page's number before it
_RUNNING = re.compile(
    r"\d{1,4}\s+(?:chapter|kapitel|chapitre|cap[ií]tulo|appendix)\b", re.IGNORECASE
)
_ENDS_SENTENCE = (".", ",", ";", "?", "!")


def headings_in(text: str) -> list[tuple[int, str]]:
    """(offset, title) of each line of `text` that reads like a heading."""
    return [(start, line) for start, line in _lines(text) if is_heading(line)]


def is_heading(line: str) -> bool:
    """Whether one stripped line reads like a heading."""
    if not 3 <= len(line) <= LONGEST or line.endswith(_ENDS_SENTENCE):
        return False
    if leads_to_page(line) or _RUNNING.match(line):
        return False
    return bool(_NUMBERED.match(line) or _NAMED.match(line)) or _is_shouted(line)


def _is_shouted(line: str) -> bool:
    letters = [char for char in line if char.isalpha()]
    mostly = len(letters) >= 0.6 * len(line)
    return len(letters) >= 6 and len(line) <= 60 and mostly and all(map(str.isupper, letters))


def leads_to_page(line: str) -> bool:
    """Whether a line is one of a table of contents."""
    return bool(_LEADER.search(line))


def is_contents(text: str) -> bool:
    """Whether a text is of a table of contents or an index, told by its form.

    Lines that end in whole numbers are no sign of it: telephone lists, tariffs and laboratory
    results have them. Dots that lead to a number are, and so are numbers that never fall under
    numbered titles or the word for contents, and lines with several page numbers each.
    """
    lines = [line for _, line in _lines(text)]
    if len(lines) <= 4:
        return False
    return _has_leaders(lines) or _has_rising_pages(lines) or _is_index(lines)


def _has_leaders(lines: list[str]) -> bool:
    """A scan loses page numbers and most of the dots: some of them, and numbered titles, suffice."""
    dotted = sum(bool(_DOTS.search(line)) for line in lines)
    listed = sum(leads_to_page(line) or bool(_NUMBERED.match(line)) for line in lines)
    most = 0.6 * len(lines)
    return dotted > most or (listed > most and dotted >= SOME_DOTTED)


def _has_rising_pages(lines: list[str]) -> bool:
    ends = [int(found[1]) for line in lines if (found := _PAGE.search(line))]
    rising = sum(one <= other for one, other in pairwise(ends))
    if len(ends) <= 0.6 * len(lines) or rising < 0.9 * (len(ends) - 1):
        return False
    numbered = sum(bool(_NUMBERED.match(line)) for line in lines)
    return numbered > 0.6 * len(lines) or any(map(_CONTENTS.fullmatch, lines[:4]))


def _is_index(lines: list[str]) -> bool:
    several = sum(bool(_PAGES.search(line)) for line in lines)
    one_or_more = sum(bool(_PAGE.search(line)) for line in lines)
    return several >= 0.3 * len(lines) and one_or_more > 0.6 * len(lines)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            yield start + line.index(stripped), stripped
        start += len(line) + 1
