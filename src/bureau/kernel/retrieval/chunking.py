"""Cutting pages into passages that respect sentences and sections. Pure functions.

A chunk never crosses a page, so the page it names is the page it is on; its text is exactly the
characters `start` to `end` of that page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bureau.kernel.retrieval.parsing.pages import ParsedPage
from bureau.kernel.retrieval.sentences import sentences

# a section shorter than this shares its chunk with the next one
SMALL = 250
# and a piece shorter than this at the end of a page is none of its own
CRUMB = 100


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of one page under one heading."""

    page: int
    section: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, or a part of one that is longer than a chunk may be."""

    start: int
    end: int
    section: str


def passages(pages: Iterable[ParsedPage], *, size: int, overlap: int) -> Iterator[Cut]:
    """All passages of a document, at most `size` characters each.

    Args:
        size: most characters of a passage (a crumb more at the end of a page).
        overlap: whole sentences of up to this many characters are repeated at the start of the
            next passage of the same section.
    """
    section = ""
    for page in pages:
        for start, end, title in _without_crumbs(_cuts(page, section, size, overlap)):
            yield Cut(page.number, title[:255], start, end, page.text[start:end])
        if page.headings:
            section = page.headings[-1][1]


def _without_crumbs(
    cuts: Iterable[tuple[int, int, str]],
) -> Iterator[tuple[int, int, str]]:
    """A last line that is alone (a running title) goes with what stands before it."""
    whole = list(cuts)
    if len(whole) > 1 and whole[-1][1] - whole[-1][0] < CRUMB:
        _, end, _ = whole.pop()
        start, _, title = whole.pop()
        whole.append((start, end, title))
    yield from whole


def _cuts(
    page: ParsedPage, section: str, size: int, overlap: int
) -> Iterator[tuple[int, int, str]]:
    units = list(_units(page, section, size))
    first = 0
    for place, unit in enumerate(units):
        if place > first and _must_cut(units[first], units[place - 1], unit, size):
            yield units[first].start, units[place - 1].end, units[first].section
            first = _repeated_from(units, first, place, overlap, size)
    if units:
        yield units[first].start, units[-1].end, units[first].section


def _must_cut(first: _Unit, last: _Unit, following: _Unit, size: int) -> bool:
    if following.end - first.start > size:
        return True
    return following.section != last.section and last.end - first.start >= SMALL


def _repeated_from(units: list[_Unit], first: int, place: int, overlap: int, size: int) -> int:
    """Which unit the next passage begins with, so that it overlaps the one before."""
    begin = place
    while begin - 1 > first:
        earlier = units[begin - 1]
        repeats = units[place - 1].end - earlier.start
        fits = repeats <= overlap and units[place].end - earlier.start <= size
        if not fits or earlier.section != units[place].section:
            break
        begin -= 1
    return begin


def _units(page: ParsedPage, section: str, size: int) -> Iterator[_Unit]:
    """Sentences of the page with the heading they stand under; a heading begins a unit."""
    borders = [offset for offset, _ in page.headings]
    titles = [section, *(title for _, title in page.headings)]
    edges = [0, *borders, len(page.text)]
    for title, begin, stop in zip(titles, edges, edges[1:], strict=False):
        for start, end in sentences(page.text[begin:stop]):
            yield from _pieces(page.text, begin + start, begin + end, title, size)


def _pieces(text: str, start: int, end: int, section: str, size: int) -> Iterator[_Unit]:
    while end - start > size:
        # a table or a list without full stops: cut where a word ends
        cut = max(text.rfind(" ", start, start + size), text.rfind("\n", start, start + size))
        cut = cut if cut > start else start + size
        yield _Unit(start, cut, section)
        start = cut + 1 if text[cut : cut + 1].isspace() else cut
    if start < end:
        yield _Unit(start, end, section)
