"""Where sentences begin and end in running text that still has its line breaks. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

# letters of scripts without capitals, any of which may begin a sentence
_CASELESS = r"\u0590-\u08ff\u0900-\u109f\u1200-\u137f\u1780-\u17ff\u3040-\u9fff\uac00-\ud7af"
# ends of sentences of many scripts; a blank line or a list item ends one too
_END = re.compile(
    rf"""(?P<stop>[.!?…]+[)\]"'”’»]*)(?=\s+["'“‘«¿¡(\[]*[A-ZÀ-ÞĀ-ŽΑ-ΩЀ-Я0-9{_CASELESS}])"""
    r"""|(?P<wide>[。！？।॥؟۔።]+["'”’»」』）]*)"""
    r"""|(?P<block>\s*\n\s*\n\s*)"""
    r"""|(?P<item>\n(?=\s*(?:[•‣▪●–*-]|\d{1,2}[.)])\s))"""
)
# words before a full stop that does not end a sentence
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[])(?:[A-Za-z]|e\.g|i\.e|z\.B|d\.h|u\.a|etc|vs|cf|ca|bzw|ggf|inkl|max|min|approx|"
    r"resp|p|pp|S|Fig|fig|Abb|Tab|No|no|Nr|Art|art|Ch|ch|Sec|Vol|Dr|Mr|Mrs|Ms|Prof|St|Hr|Fr|"
    r"env|ej|pág|Sr|Sra)$"
)
_NUMBERED_ITEM = re.compile(r"(?:^|\n)\s*\d{1,2}(?:\.\d{1,2})*$")


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence, white space around it left out."""
    ends = sorted({*_stops(text), *_short_lines(text), len(text)})
    spans = zip([0, *ends], ends, strict=False)
    return [span for span in (_trimmed(text, *one) for one in spans) if span[0] < span[1]]


def _stops(text: str) -> Iterator[int]:
    for match in _END.finditer(text):
        if match["stop"] and _goes_on(text[max(0, match.start() - 24) : match.start()]):
            continue
        yield match.start() if match["block"] or match["item"] else match.end()


def _short_lines(text: str) -> Iterator[int]:
    """Ends of lines that stop well before the others: headings, and rows of lists."""
    lines = text.split("\n")
    usual = sorted(map(len, lines))[len(lines) * 3 // 4]
    place = 0
    for line, following in pairwise(lines):
        place += len(line) + 1
        ends_there = len(line) < 0.6 * usual and not line.rstrip().endswith((",", "-", "("))
        if ends_there and _may_begin(following[:1]):
            yield place - 1


def _may_begin(sign: str) -> bool:
    """Whether a line can begin with it: a capital, or a letter of a script that has none."""
    return sign.isupper() or (sign.isalpha() and not sign.islower())


def _goes_on(before: str) -> bool:
    return bool(_ABBREVIATION.search(before) or _NUMBERED_ITEM.search(before))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - (len(part) - len(part.rstrip()))
