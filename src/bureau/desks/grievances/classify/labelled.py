"""The labelled sentences that come with the desk: what the built-in classifier learns and is measured by.

They were written for this purpose, 14 for each kind of complaint, half English and half Nepali; they
are not real complaints and no native speaker has checked the Nepali ones. `style` is `plain` where the
matter is named by its usual word and `oblique` where that word was avoided on purpose.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from bureau.desks.grievances.catalogue import DATA, Kind


@dataclass(frozen=True, slots=True)
class Sentence:
    """One example of a kind of complaint; `style` is empty for a description of the kind itself."""

    key: str
    language: str
    style: str
    text: str


@cache
def sentences() -> tuple[Sentence, ...]:
    """All labelled sentences."""
    with (DATA / "labelled.csv").open(encoding="utf-8", newline="") as file:
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


def lessons(kinds: tuple[Kind, ...]) -> tuple[Sentence, ...]:
    """Everything there is to learn these kinds from: descriptions first, then sentences."""
    keys = {kind.key for kind in kinds}
    return (*descriptions(kinds), *(one for one in sentences() if one.key in keys))
