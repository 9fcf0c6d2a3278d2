"""The phrases that people wrote: the shipped phrasebook and what this house added."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

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
from bureau.kernel.errors import InvalidInput, NotAllowed, NotFound
from bureau.kernel.prepared import Given, Prepared


def phrases_of(source: Language, target: Language) -> Phrases:
    """All phrases from one language into another; the house's own come first."""
    return phrases_with(OWN.all(source=source.code, target=target.code), source, target)


def phrases_with(own: Iterable[Phrase], source: Language, target: Language) -> Phrases:
    """The house's phrases, read in either direction, before the shipped ones."""
    entries = [_entry(row, source) for row in own]
    if not entries:
        return shipped_phrases(source.code, target.code)
    return Phrases([*entries, *shipped(source.code, target.code)])


def _entry(row: Phrase, source: Language) -> Entry:
    texts = (row.source_text, row.target_text)
    said, meant = texts if row.source_language == source.code else texts[::-1]
    return Entry(said, meant, MEMORY, row.reviewed, row.pk)


# the house's phrases between two languages, the newest first
OWN = Prepared(
    lambda: Phrase.objects.filter(
        Q(source_language=Given("source"), target_language=Given("target"))
        | Q(source_language=Given("target"), target_language=Given("source"))
    ).order_by("-id")
)


def add_phrase(user: User, source: Language, target: Language, texts: tuple[str, str]) -> Phrase:
    """Add a sentence and its translation for everybody in the house, until somebody else reviews
    it not reviewed.

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
        created_by=user,
    )


@transaction.atomic
def review_phrase(user: User, phrase_id: int) -> Phrase:
    """Confirm the translation of a phrase that somebody else added; a second time changes nothing.

    Raises:
        NotFound: there is none of this number.
        NotAllowed: the person added it, or nobody knows any more who did.
    """
    phrase = Phrase.objects.select_for_update().filter(pk=phrase_id).first()
    if phrase is None:
        raise NotFound.matching("Phrase")
    if phrase.created_by_id in (None, user.pk):
        raise NotAllowed("A phrase is reviewed by somebody else than who added it.")
    if not phrase.reviewed:
        phrase.reviewed, phrase.reviewed_by, phrase.reviewed_at = True, user, timezone.now()
        phrase.save(update_fields=["reviewed", "reviewed_by", "reviewed_at"])
    return phrase


def people_behind(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Phrase -> the user names of who added and who reviewed it, empty where nobody did."""
    rows = Phrase.objects.filter(pk__in=ids)
    names = rows.values_list("pk", "created_by__username", "reviewed_by__username")
    return {pk: (author or "", reviewer or "") for pk, author, reviewer in names}


def remove_phrase(phrase_id: int) -> None:
    """Take a phrase of the house away.

    Raises:
        NotFound: there is none of this number.
    """
    removed, _ = Phrase.objects.filter(pk=phrase_id).delete()
    if not removed:
        raise NotFound.matching("Phrase")
