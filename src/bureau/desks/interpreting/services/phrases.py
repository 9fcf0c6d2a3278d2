"""The phrases that people wrote: the shipped phrasebook and what this house added."""

from __future__ import annotations

from bureau.desks.interpreting.languages import Language
from bureau.desks.interpreting.models import Phrase
from bureau.desks.interpreting.translation.phrasebook import (
    MEMORY,
    Entry,
    Phrases,
    normalised,
    shipped,
    shipped_phrases,
)
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import InvalidInput, NotFound


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


def add_phrase(
    user: User, source: Language, target: Language, texts: tuple[str, str], *, reviewed: bool
) -> Phrase:
    """Add a sentence and its translation for everybody in the house.

    Raises:
        InvalidInput: the languages are the same, or a text holds no word.
    """
    if source == target:
        raise InvalidInput(fields={"target_language": ["The two languages are the same."]})
    for name, text in zip(("source_text", "target_text"), texts, strict=True):
        if not normalised(text)[0]:
            raise InvalidInput(fields={name: ["There is no word in it."]})
    return Phrase.objects.create(
        source_language=source.code,
        target_language=target.code,
        source_text=texts[0],
        target_text=texts[1],
        reviewed=reviewed,
        created_by=user,
    )


def remove_phrase(phrase_id: int) -> None:
    """Take a phrase of the house away.

    Raises:
        NotFound: there is none of this number.
    """
    removed, _ = Phrase.objects.filter(pk=phrase_id).delete()
    if not removed:
        raise NotFound.matching("Phrase")
