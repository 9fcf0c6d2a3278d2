"""Whether what was found has anything to do with the question. Pure functions.

A vector search always finds something, and with the built-in model everything looks alike
(cosines between 0.7 and 0.95), so nearness alone proves nothing. What counts is how many of the
question's telling words a passage holds, rare ones more than common ones; where question and
passage are in different languages, how far the passage stands out among its neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bureau.desks.knowledge.nearness import (
    ENOUGH_ACROSS,
    ENOUGH_WITHIN,
    margin,
    nearness,
)
from bureau.desks.knowledge.quoting import held_in, holds_word
from bureau.kernel.retrieval.parsing.headings import is_contents
from bureau.kernel.retrieval.search import Passage

# calibrated on manuals and on questions they do not answer; see docs/knowledge.md
ENOUGH_COVERAGE = 0.55
# with less of the question's words, a passage has to stand out by meaning too
SOME_COVERAGE, ENOUGH_MARGIN = 0.3, 0.035
# a passage that is far behind the best one is not shown beside it
BEHIND_BEST = 0.6
CONTENTS_SHARE = 0.5
# across languages: the share of names and numbers in common
COMMON_NAMES = 0.2


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage and how much of the question's weight it holds, 0 to 1."""

    passage: Passage
    coverage: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as evidence is weighed.

    Attributes:
        words: its telling words.
        seen: word -> published passages in scope that hold it.
        total: all published passages in scope.
        language: of the question.
        model: of its vector.
    """

    words: Sequence[str]
    seen: Mapping[str, int]
    total: int
    language: str
    model: str = ""

    def weight(self, word: str) -> float:
        """How much a word tells: the rarer, the more."""
        # a handful of passages says little about what is rare
        return math.log(1 + (self.total + 5) / (self.seen.get(word, 0) + 1))

    def held_weight(self, held: set[str]) -> float:
        """How much of what was asked stands in a text; `held` is `held_in` of it."""
        return sum(
            self.weight(word) for word in self.words if holds_word(held, word, self.language)
        )


def relevant(asked: Asked, passages: Sequence[Passage]) -> list[Scored]:
    """The passages that answer, best first; none is a reason to refuse."""
    scored = [Scored(one, coverage(asked, one)) for one in passages]
    kept = [one for one in scored if answers(asked, one)]
    best = max(map(strength, kept), default=0.0)
    near = [one for one in kept if strength(one) >= BEHIND_BEST * best]
    return sorted(near, key=strength, reverse=True)


def answers(asked: Asked, one: Scored) -> bool:
    """Whether a passage has enough to do with the question."""
    if one.coverage >= ENOUGH_COVERAGE:
        return True
    passage = one.passage
    near = nearness(passage, asked.language, asked.model)
    if not across(asked, passage):
        stands_out = margin(passage) >= ENOUGH_MARGIN
        some = one.coverage >= SOME_COVERAGE and stands_out
        return some or (one.coverage >= COMMON_NAMES and near >= ENOUGH_WITHIN)
    # words of another language cannot be compared; names, numbers and nearness can
    return near >= (ENOUGH_ACROSS / 2 if one.coverage >= COMMON_NAMES else ENOUGH_ACROSS)


def across(asked: Asked, passage: Passage) -> bool:
    """Whether a passage is in another language than the question, so that words tell little."""
    return passage.language not in ("", asked.language)


def strength(one: Scored) -> float:
    """What passages are ordered by: words count most, nearness decides among equals."""
    held = one.coverage + 0.5 * min(1.0, max(0.0, margin(one.passage)) / 0.06)
    # it names what the document is about and says nothing of it
    return CONTENTS_SHARE * held if is_contents(one.passage.text) else held


def coverage(asked: Asked, passage: Passage) -> float:
    """The share of the question's weight that the passage, its section and its title hold."""
    whole = sum(map(asked.weight, asked.words))
    if not whole:
        return 0.0
    title = f"{passage.document_title} {passage.section}"
    held = held_in(f"{title} {passage.text}", passage.language)
    return asked.held_weight(held) / whole
