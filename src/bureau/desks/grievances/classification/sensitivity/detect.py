"""Which sensitive matters a text speaks of, and how grave the gravest is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from bureau.desks.grievances.classification.romanised import in_devanagari
from bureau.desks.grievances.classification.sensitivity.levels import Level
from bureau.desks.grievances.classification.sensitivity.words import (
    CONTEXT,
    DENIALS_ENGLISH,
    ENGLISH,
    NEPALI,
    Table,
)

CONFIDENCE = {Level.CRITICAL: 0.9, Level.HIGH: 0.7, Level.MEDIUM: 0.5, Level.LOW: 0.3}
BONUS = 0.1
# how many words before a hit may take it back
REACH = 2
_WORD = re.compile(r"\w+'?\w*")


class Hit(NamedTuple):
    """One word that was found: the kind it speaks of, its level, and the text itself."""

    kind: str
    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a text speaks of.

    Attributes:
        level: the gravest of all hits.
        kinds: kinds of matter, gravest first.
        confidence: 0 to 1, of the gravest hit; more where words around it fit.
        hits: everything that was found.
    """

    level: Level = Level.NONE
    kinds: tuple[str, ...] = ()
    confidence: float = 0.0
    hits: tuple[Hit, ...] = ()

    @property
    def needs_action(self) -> bool:
        """Whether the person filing is to be asked, and an officer told at once."""
        return self.level.needs_action


def detect(text: str) -> Finding:
    """Look through a text in English, Nepali (in its own or in Latin letters) or a mixture."""
    readings = dict.fromkeys((text, in_devanagari(text)))
    said = "\n".join(unicodedata.normalize("NFC", one).casefold() for one in readings)
    hits = tuple(dict.fromkeys(_hits(said)))
    if not hits:
        return Finding()
    worst = max(hit.level for hit in hits)
    ranked = sorted(hits, key=lambda hit: (-hit.level, hit.kind))
    extra = BONUS * sum(word in said for word in CONTEXT)
    return Finding(
        level=worst,
        kinds=tuple(dict.fromkeys(hit.kind for hit in ranked)),
        confidence=round(min(1.0, CONFIDENCE[worst] + extra), 2),
        hits=tuple(ranked),
    )


def _hits(said: str) -> list[Hit]:
    found = []
    for kind, level, pattern, may_be_denied in _patterns():
        for match in pattern.finditer(said):
            if not (may_be_denied and _is_denied(said[: match.start()])):
                found.append(Hit(kind, level, match[0]))
    return found


def _is_denied(before: str) -> bool:
    # a sentence's end cuts a denial off from what follows
    clause = re.split(r"[.!?;,।\n]", before)[-1]
    return any(word in DENIALS_ENGLISH for word in _WORD.findall(clause)[-REACH:])


@cache
def _patterns() -> tuple[tuple[str, Level, re.Pattern[str], bool], ...]:
    english = _compiled(ENGLISH, _english, True)
    return (*english, *_compiled(NEPALI, _nepali, False))


def _compiled(
    table: Table, spell: object, denied: bool
) -> list[tuple[str, Level, re.Pattern[str], bool]]:
    assert callable(spell)
    return [
        (kind, level, re.compile("|".join(spell(word) for word in words)), denied)
        for kind, levels in table.items()
        for level, words in levels.items()
    ]


def _english(word: str) -> str:
    parts = [re.escape(part).replace(r"\*", r"\w*") for part in word.split(" ")]
    return r"\b" + r"\s+".join(parts) + r"\b"


def _nepali(word: str) -> str:
    parts = [re.escape(unicodedata.normalize("NFC", part)) for part in word.split(" ")]
    # \b does not know where a Devanagari word begins: vowel signs are no word characters to it
    return r"(?<![\u0900-\u0963\u0970-\u097f])" + r"[\u0900-\u0963]*\s+".join(parts)
