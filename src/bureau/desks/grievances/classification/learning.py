"""The built-in classifier: meanings (embeddings) and wording together, by ridge regression. Pure.

Weights and the penalty were chosen by cross-validation on the labelled sentences; `python -m` the
command `classification_report` measures them anew.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bureau.desks.grievances.classification.wording import Matrix, Wording

# how much wording counts beside meaning
WORDING_SHARE = 0.6
PENALTY = 3.0
# makes of scores what they are worth: chosen so that mean confidence and accuracy agree
SHARPNESS = 25.0
Scores = npt.NDArray[np.float64]


class Learned:
    """A classifier that has seen its examples.

    Args:
        texts: the examples; keys: the kind of each; embeddings: (n, dimension), unit length.
    """

    def __init__(self, texts: Sequence[str], keys: Sequence[str], embeddings: Matrix) -> None:
        self.kinds = list(dict.fromkeys(keys))
        self._wording = Wording(texts)
        self._words = self._wording.of(texts)
        self._middle = embeddings.mean(axis=0)
        self._meanings = self._centred(embeddings)
        kernel = self._likeness(self._meanings, self._words)
        targets = _targets([self.kinds.index(key) for key in keys], len(self.kinds))
        self._weights = np.linalg.solve(kernel + PENALTY * np.eye(len(texts)), targets)

    def scores(self, texts: Sequence[str], embeddings: Matrix) -> Scores:
        """One row a text (n, kinds): the higher the likelier."""
        likeness = self._likeness(self._centred(embeddings), self._wording.of(texts))
        found: Scores = likeness @ self._weights
        return found

    def confidences(self, texts: Sequence[str], embeddings: Matrix) -> Scores:
        """One row a text (n, kinds): shares that add up to 1."""
        return shares(self.scores(texts, embeddings))

    def _centred(self, embeddings: Matrix) -> Matrix:
        # all e5 vectors point much the same way; what tells them apart is the rest
        moved = embeddings - self._middle
        found: Matrix = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
        return found

    def _likeness(self, meanings: Matrix, words: Matrix) -> Scores:
        total = meanings @ self._meanings.T + WORDING_SHARE * (words @ self._words.T)
        return total.astype(np.float64)


def shares(scores: Scores) -> Scores:
    """Scores as shares that add up to 1."""
    sharp = np.exp(SHARPNESS * (scores - scores.max(axis=1, keepdims=True)))
    found: Scores = sharp / sharp.sum(axis=1, keepdims=True)
    return found


def _targets(places: list[int], count: int) -> Scores:
    targets = np.full((len(places), count), -1.0 / max(count - 1, 1))
    targets[np.arange(len(places)), places] = 1.0
    return targets
