"""Where sentences begin and end in running text that still has its line breaks. Pure functions."""

from __future__ import annotations

import re

# ends of sentences, also of Chinese and Devanagari; a blank line or a list item ends one too
_END = re.compile(
    r"""(?P<stop>[.!?…]+[)\]"'”’»]*)(?=\s+["'“‘«¿¡(\[]*[A-ZÀ-ÞĀ-ŽΑ-ΩА-Я0-9])"""
    r"""|(?P<wide>[。！？।॥]+["'”’»]*)"""
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
    spans, start = [], 0
    for match in _END.finditer(text):
        if match["stop"] and _goes_on(text[max(0, match.start() - 24) : match.start()]):
            continue
        end = match.start() if match["block"] or match["item"] else match.end()
        spans.append((start, end))
        start = match.end()
    spans.append((start, len(text)))
    return [span for span in (_trimmed(text, *one) for one in spans) if span[0] < span[1]]


def _goes_on(before: str) -> bool:
    return bool(_ABBREVIATION.search(before) or _NUMBERED_ITEM.search(before))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - (len(part) - len(part.rstrip()))
