"""The phrases that people wrote: the shipped phrasebook and what this house added."""

from __future__ import annotations

from bureau.desks.interpreting.languages import Language
from bureau.desks.interpreting.models import Phrase
from bureau.desks.interpreting.translation.phrasebook import (
    MEMORY,
    Entry,
    Phrases,
    shipped,
    shipped_phrases,
)


def phrases_of(source: Language, target: Language) -> Phrases:
    """All phrases from one language into another; the house's own come first."""
    own = _memory(source.code, target.code)
    if not own:
        return shipped_phrases(source.code, target.code)
    return Phrases([*own, *shipped(source.code, target.code)])


def _memory(source: str, target: str) -> list[Entry]:
    """The house's phrases, read in both directions."""
    there = Phrase.objects.filter(source_language=source, target_language=target)
    back = Phrase.objects.filter(source_language=target, target_language=source)
    return [
        Entry(row.source_text, row.target_text, MEMORY, row.reviewed)
        for row in there.order_by("-id")
    ] + [
        Entry(row.target_text, row.source_text, MEMORY, row.reviewed)
        for row in back.order_by("-id")
    ]
