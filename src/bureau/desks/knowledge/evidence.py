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

from bureau.desks.knowledge.quoting import holds_word, words_in
from bureau.kernel.retrieval.search import Passage

# calibrated on manuals and on questions they do not answer; see docs/knowledge.md
ENOUGH_COVERAGE = 0.5
# a passage that is far behind the best one is not shown beside it
BEHIND_BEST = 0.6
# by meaning alone: how much nearer than its neighbours the best passage is
ENOUGH_MARGIN = 0.035


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
    """

    words: Sequence[str]
    seen: Mapping[str, int]
    total: int
    language: str

    def weight(self, word: str) -> float:
        """How much a word tells: the rarer, the more."""
        return math.log(1 + (self.total + 1) / (self.seen.get(word, 0) + 1))


def relevant(asked: Asked, passages: Sequence[Passage]) -> list[Scored]:
    """The passages that answer, best first; none is a reason to refuse."""
    scored = [Scored(one, coverage(asked, one)) for one in passages]
    best = max((one.coverage for one in scored), default=0.0)
    if best >= ENOUGH_COVERAGE:
        kept = [one for one in scored if one.coverage >= BEHIND_BEST * best]
        return sorted(kept, key=lambda one: (-round(one.coverage, 1), -one.passage.score))
    return _by_meaning(asked, scored)


def coverage(asked: Asked, passage: Passage) -> float:
    """The share of the question's weight that the passage, its section and its title hold."""
    whole = sum(map(asked.weight, asked.words))
    if not whole:
        return 0.0
    held = set(words_in(f"{passage.document_title} {passage.section} {passage.text}"))
    return sum(asked.weight(word) for word in asked.words if holds_word(held, word)) / whole


def _by_meaning(asked: Asked, scored: Sequence[Scored]) -> list[Scored]:
    """Passages of another language than the question's, if they stand out."""
    near = sorted(
        (one for one in scored if one.passage.by_meaning),
        key=lambda one: -one.passage.similarity,
    )
    foreign = [one for one in near if one.passage.language not in ("", asked.language)]
    if len(near) < 2 or not foreign or foreign[0] is not near[0]:
        return []
    rest = near[len(near) // 2 :]
    usual = sum(one.passage.similarity for one in rest) / len(rest)
    if near[0].passage.similarity - usual < ENOUGH_MARGIN:
        return []
    return [one for one in foreign if near[0].passage.similarity - one.passage.similarity < 0.02]
