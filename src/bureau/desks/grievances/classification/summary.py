"""A summary made of a text's own sentences: those that say most of what the others say. Pure."""

from __future__ import annotations

import re

import numpy as np

from bureau.desks.grievances.classification.wording import Matrix

MOST_SENTENCES = 2
MOST_CHARACTERS = 400
# the danda ends a Nepali sentence
_END = re.compile(r"(?<=[.!?।॥])\s+|\n+")


def sentences_of(text: str) -> list[str]:
    """The sentences of an English or Nepali text."""
    return [part.strip() for part in _END.split(text) if part.strip()]


def summary_of(sentences: list[str], meanings: Matrix) -> str:
    """The most telling sentences in their order, at most `MOST_CHARACTERS`.

    Args:
        meanings: an embedding for each sentence, unit length.
    """
    if len(sentences) <= MOST_SENTENCES:
        return " ".join(sentences)[:MOST_CHARACTERS]
    central = meanings @ meanings.mean(axis=0)
    # people say first what matters most
    early = 0.02 * np.linspace(1, 0, len(sentences))
    best = sorted(np.argsort(-(central + early))[:MOST_SENTENCES])
    return " ".join(sentences[at] for at in best)[:MOST_CHARACTERS]
