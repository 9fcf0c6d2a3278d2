"""What every embedder's adapter shares: clean texts, batches of like length, unit vectors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

import numpy as np

from bureau.kernel.ai.adapters.texts import storable
from bureau.kernel.ai.counting import count
from bureau.kernel.ai.ports import ProviderAnswerUnusable, Vectors


class BaseEmbedder(ABC):
    """An `Embedder` without the model; a new one says only how texts become numbers."""

    provider: str
    model: str
    dimension: int

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.embed_passages`."""
        count("passages", len(texts))
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return self._checked(self._passages([storable(text) for text in texts]), len(texts))

    def embed_query(self, text: str) -> Vectors:
        """See `Embedder.embed_query`."""
        count("queries")
        vectors: Vectors = self._checked(self._query(storable(text)), 1)[0]
        return vectors

    @abstractmethod
    def _passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of any length for at least one text."""

    @abstractmethod
    def _query(self, text: str) -> Vectors:
        """A vector as a table of one row."""

    def _checked(self, vectors: Vectors, wanted: int) -> Vectors:
        """Unit vectors, after the model kept what it promised."""
        lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
        if vectors.shape != (wanted, self.dimension) or not (
            np.isfinite(lengths).all() and lengths.all()
        ):
            raise ProviderAnswerUnusable(
                f"{self.provider} answered vectors that are not {wanted} times "
                f"{self.dimension} sensible numbers."
            )
        unit: Vectors = (vectors / lengths).astype(np.float32)
        return unit


def batches(lengths: Sequence[int], *, most: int) -> Iterator[list[int]]:
    """Places of texts, the long ones first, so that every batch has little padding.

    Args:
        lengths: tokens of each text.
        most: tokens of a batch, padding included; a longer text makes a batch alone.
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True)
    while order:
        size = max(1, most // max(1, lengths[order[0]]))
        yield order[:size]
        order = order[size:]
