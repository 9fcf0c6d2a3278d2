"""How right the built-in classifier is: every sentence is judged by one that has not seen it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bureau.desks.grievances.classification.labelled import Sentence
from bureau.desks.grievances.classification.learning import Learned, Scores
from bureau.desks.grievances.classification.wording import Matrix

FOLDS = 7


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence, and what was said about it: kinds from likeliest on, with confidence."""

    sentence: Sentence
    ranked: tuple[str, ...]
    confidence: float

    @property
    def is_right(self) -> bool:
        """The likeliest kind is the right one."""
        return self.ranked[0] == self.sentence.key


def cross_validated(examples: Sequence[Sentence], embeddings: Matrix) -> list[Judged]:
    """Judge every labelled sentence by what the other folds teach.

    Args:
        examples: descriptions and words (without a style), which are always learnt from, and sentences.
        embeddings: a row for each example.
    """
    folds = _folds(examples)
    judged: list[Judged] = []
    for fold in range(FOLDS):
        seen = [at for at, own in enumerate(folds) if own != fold]
        asked = [at for at, own in enumerate(folds) if own == fold]
        judged += held_out(
            [examples[at] for at in seen],
            embeddings[seen],
            [examples[at] for at in asked],
            embeddings[asked],
        )
    return judged


def held_out(
    examples: Sequence[Sentence], vectors: Matrix, asked: Sequence[Sentence], asked_vectors: Matrix
) -> list[Judged]:
    """Judge sentences by what others teach; a row of the matrices for each."""
    learned = Learned([one.text for one in examples], [one.key for one in examples], vectors)
    found = learned.confidences([one.text for one in asked], asked_vectors)
    return [_judged(one, row, learned.kinds) for one, row in zip(asked, found, strict=True)]


def _judged(sentence: Sentence, row: Scores, kinds: list[str]) -> Judged:
    order = np.argsort(-row)
    return Judged(sentence, tuple(kinds[at] for at in order), float(row[order[0]]))


def _folds(examples: Sequence[Sentence]) -> list[int]:
    """The fold of each sentence, spread evenly over kinds and languages; -1 for descriptions and words."""
    seen: Counter[tuple[str, str]] = Counter()
    folds = []
    for one in examples:
        if not one.style:
            folds.append(-1)
            continue
        place = (one.key, one.language)
        folds.append(seen[place] % FOLDS)
        seen[place] += 1
    return folds


def share(judged: Sequence[Judged], holds: Callable[[Judged], bool]) -> float:
    """The share for which something holds; 0 for none at all."""
    return sum(map(holds, judged)) / len(judged) if judged else 0.0


def report(judged: Sequence[Judged], romanised: Sequence[Judged] = ()) -> str:
    """The figures as text: accuracy overall and by part, each kind, and what is mistaken for what.

    Args:
        romanised: Nepali in Latin letters, which has a line of its own.
    """
    lines = [_line("all sentences", judged)]
    for language in ("en", "ne"):
        lines.append(_line(language, [one for one in judged if one.sentence.language == language]))
    for style in ("plain", "oblique"):
        lines.append(_line(style, [one for one in judged if one.sentence.style == style]))
    if romanised:
        lines.append(_line("ne in Latin letters, never learnt from", romanised))
    mean = sum(one.confidence for one in judged) / len(judged)
    lines.append(f"mean confidence {mean:.3f}, calibration error {calibration_error(judged):.3f}")
    lines += ["", "kind: right / all"]
    for key in sorted({one.sentence.key for one in judged}):
        own = [one for one in judged if one.sentence.key == key]
        lines.append(f"  {key}: {sum(one.is_right for one in own)} / {len(own)}")
    lines += ["", "confusion (right kind -> said instead, times)"]
    for (right, said), count in confusion(judged):
        lines.append(f"  {right} -> {said}: {count}")
    return "\n".join(lines)


def _line(name: str, judged: Sequence[Judged]) -> str:
    group = share(judged, lambda one: _group(one.ranked[0]) == _group(one.sentence.key))
    third = share(judged, lambda one: one.sentence.key in one.ranked[:3])
    first = share(judged, lambda one: one.is_right)
    return (
        f"{name}: n {len(judged)}, accuracy {first:.3f}, among the first three {third:.3f}, "
        f"right group {group:.3f}"
    )


def _group(key: str) -> str:
    return key.partition(" - ")[0]


def confusion(judged: Sequence[Judged]) -> list[tuple[tuple[str, str], int]]:
    """(right kind, said kind) -> times, the most frequent first."""
    wrong = Counter((one.sentence.key, one.ranked[0]) for one in judged if not one.is_right)
    return sorted(wrong.items(), key=lambda item: (-item[1], item[0]))


def calibration_error(judged: Sequence[Judged], bins: int = 5) -> float:
    """Mean distance between confidence and accuracy, over equally wide bins of confidence."""
    total = 0.0
    for place in range(bins):
        low, high = place / bins, (place + 1) / bins
        own = [one for one in judged if low <= one.confidence < high or one.confidence == high == 1]
        if own:
            mean = sum(one.confidence for one in own) / len(own)
            total += len(own) * abs(mean - share(own, lambda one: one.is_right))
    return total / len(judged)
