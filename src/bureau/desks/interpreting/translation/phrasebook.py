"""Sentences whose translation people wrote: the shipped phrasebook and the house's own memory.

A text is only ever answered with a phrase that says the same: letter by letter but for case and
punctuation, with its numbers carried over, or with single misspelt words. Everything that is merely
similar is offered to a person to choose from and never sent.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from bureau.kernel.text.spelling import marks

DATA = Path(__file__).parent.parent / "data" / "phrasebook.json"
PHRASEBOOK, MEMORY = "phrasebook", "memory"
# below it two clinic sentences have little in common but small words
OFFER_FROM = 62.0
OFFERED = 3
# shorter words have too many neighbours that are words themselves
MISSPELT_FROM = 5

_SLOT = re.compile(r"\{(\w)\}")
# not the point that ends a sentence, nor a digit inside a word
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?!\w)")
_HOLE = "\x00"
# a vowel sign is part of its word
_NOT_WORDS = re.compile(rf"[^\w{marks()}\x00']+")
_SENTENCES = re.compile(r"(?<=[.!?।])\s+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One sentence in one direction.

    Attributes:
        source, target: the two sentences; `{n}` stands for a number that both have.
        origin: `phrasebook` or `memory`.
        reviewed: a second person has confirmed the target.
        number: of the house's own phrase; None for a shipped one.
    """

    source: str
    target: str
    origin: str
    reviewed: bool
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The translation of a whole text, and the entries it was put together from."""

    text: str
    entries: tuple[Entry, ...]

    @property
    def origin(self) -> str:
        """`memory` if any sentence came from the house's own memory, else `phrasebook`."""
        return MEMORY if any(one.origin == MEMORY for one in self.entries) else PHRASEBOOK

    @property
    def reviewed(self) -> bool:
        """Whether native speakers confirmed all of it."""
        return all(one.reviewed for one in self.entries)


@dataclass(frozen=True, slots=True)
class Offer:
    """A similar sentence, for a person to decide on; `score` is 0..100, `id` the house's phrase."""

    source: str
    target: str
    score: int
    reviewed: bool
    id: int | None = None


def normalised(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without case and punctuation, its numbers as holes; and the numbers in order."""
    folded = unicodedata.normalize("NFC", text).casefold().replace("’", "'")
    numbers = tuple(_NUMBER.findall(folded))
    holed = _NUMBER.sub(_HOLE, folded)
    return _NOT_WORDS.sub(" ", holed).strip(), numbers


def _key_of(source: str) -> str:
    return normalised(_SLOT.sub("0", source))[0]


class Phrases:
    """The entries of one direction, ready to be looked up."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_key: dict[str, Entry] = {}
        for entry in entries:
            # the first one counts: what the house wrote itself comes before what was shipped
            self._by_key.setdefault(_key_of(entry.source), entry)
        self._words = {word for key in self._by_key for word in key.split()}
        self._by_length: dict[int, list[str]] = {}
        for key in self._by_key:
            self._by_length.setdefault(len(key.split()), []).append(key)

    def translate(self, text: str) -> Found | None:
        """The translation of a text whose every sentence is known, or None."""
        whole = self._sentence(text)
        if whole is not None:
            return Found(*_single(whole))
        parts = [self._sentence(part) for part in _SENTENCES.split(text.strip())]
        if len(parts) < 2 or None in parts:
            return None
        known = [part for part in parts if part is not None]
        return Found(" ".join(part[0] for part in known), tuple(part[1] for part in known))

    def _sentence(self, text: str) -> tuple[str, Entry] | None:
        key, numbers = normalised(text)
        entry = self._by_key.get(key) or self._misspelt(key)
        if entry is None:
            return None
        return _filled(entry, numbers), entry

    def _misspelt(self, key: str) -> Entry | None:
        """The one entry that differs by misspelt words only; None when there are two."""
        words = key.split()
        alike = [
            candidate
            for candidate in self._by_length.get(len(words), [])
            if all(map(self._is_misspelling, words, candidate.split()))
        ]
        return self._by_key[alike[0]] if len(alike) == 1 else None

    def _is_misspelling(self, word: str, meant: str) -> bool:
        if word == meant:
            return True
        near = len(meant) >= MISSPELT_FROM and word not in self._words
        return near and Levenshtein.distance(word, meant, score_cutoff=1) <= 1

    def similar(self, text: str, limit: int = OFFERED) -> list[Offer]:
        """The most similar sentences, best first, for a person to choose from."""
        key, numbers = normalised(text)
        if not key:
            return []
        found = process.extract(
            key,
            list(self._by_key),
            scorer=fuzz.token_sort_ratio,
            limit=limit,
            score_cutoff=OFFER_FROM,
        )
        return [self._offer(one, int(score), numbers) for one, score, _ in found]

    def search(self, text: str, limit: int = OFFERED) -> list[Offer]:
        """For looking a phrase up: those that hold all the words, the shortest first, then similar
        ones."""
        words, numbers = normalised(text)
        asked = set(words.split())
        holding = sorted((key for key in self._by_key if asked <= set(key.split())), key=len)
        exact = [self._offer(key, 100, numbers) for key in holding[:limit] if asked]
        known = {offer.source for offer in exact}
        others = (offer for offer in self.similar(text, limit) if offer.source not in known)
        return [*exact, *others][:limit]

    def _offer(self, key: str, score: int, numbers: Sequence[str]) -> Offer:
        entry = self._by_key[key]
        fits = len(set(_SLOT.findall(entry.source))) == len(numbers)
        return Offer(
            source=entry.source,
            target=_filled(entry, numbers) if fits else entry.target,
            score=score,
            reviewed=entry.reviewed,
            id=entry.number,
        )


def _single(found: tuple[str, Entry]) -> tuple[str, tuple[Entry, ...]]:
    text, entry = found
    return text, (entry,)


def _filled(entry: Entry, numbers: Sequence[str]) -> str:
    values = dict(zip(_SLOT.findall(entry.source), numbers, strict=False))
    return _SLOT.sub(lambda slot: values.get(slot[1], slot[0]), entry.target)


@cache
def _concepts() -> list[dict[str, list[str]]]:
    concepts: list[dict[str, list[str]]] = json.loads(DATA.read_text("utf-8"))["phrases"]
    return concepts


@cache
def shipped(source: str, target: str) -> tuple[Entry, ...]:
    """The phrasebook's entries from one language into another.

    All ways to say a thing are understood; the first one is what is answered.
    """
    return tuple(
        Entry(said, concept[target][0], PHRASEBOOK, reviewed=False)
        for concept in _concepts()
        if source in concept and target in concept
        for said in concept[source]
    )


@cache
def shipped_phrases(source: str, target: str) -> Phrases:
    """The phrasebook of one direction, indexed once a process."""
    return Phrases(shipped(source, target))
