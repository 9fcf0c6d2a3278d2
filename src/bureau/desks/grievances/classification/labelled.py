"""The labelled sentences that come with the desk: what the built-in classifier learns and is measured by.

They were written for this purpose, 14 for each kind of complaint, half English and half Nepali; they
are not real complaints and no native speaker has checked the Nepali ones. `style` is `plain` where the
matter is named by its usual word and `oblique` where that word was avoided on purpose.

`romanised.csv` holds 48 more in Nepali as it is typed in Latin letters. Nothing is learnt from them; they
measure how such a complaint is understood, and no native speaker has checked them either.

The glossary beside them names what each kind is usually about, in both languages. It was written from
the descriptions of the kinds, with four of the sentences it is measured by in view.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from bureau.desks.grievances.classification.catalogue import DATA, Kind


@dataclass(frozen=True, slots=True)
class Sentence:
    """One example of a kind of complaint; `style` is empty for a description of the kind itself."""

    key: str
    language: str
    style: str
    text: str


@cache
def sentences() -> tuple[Sentence, ...]:
    """All labelled sentences that are learnt from."""
    return _read("labelled.csv")


@cache
def romanised() -> tuple[Sentence, ...]:
    """Labelled sentences in Nepali in Latin letters, to measure by."""
    return _read("romanised.csv")


def _read(name: str) -> tuple[Sentence, ...]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return tuple(
            Sentence(row["category"], row["language"], row["style"], row["text"])
            for row in csv.DictReader(file)
        )


def descriptions(kinds: tuple[Kind, ...]) -> tuple[Sentence, ...]:
    """What the catalogue says about each kind, as examples of it."""
    return tuple(
        Sentence(kind.key, language, "", kind.text(column, language))
        for kind in kinds
        for column in ("short_description", "description")
        for language in ("en", "ne")
    )


@cache
def glossary() -> tuple[Sentence, ...]:
    """Words and short phrases that belong to a kind, as examples of it."""
    with (DATA / "glossary.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Sentence(row["category"], row["language"], "", words.strip())
            for row in csv.DictReader(file)
            for words in row["words"].split(",")
        )


def lessons(kinds: tuple[Kind, ...]) -> tuple[Sentence, ...]:
    """Everything there is to learn these kinds from: descriptions, words, then sentences."""
    keys = {kind.key for kind in kinds}
    shipped = (one for one in (*glossary(), *sentences()) if one.key in keys)
    return (*descriptions(kinds), *shipped)
