"""An embedder for tests of everything around it: texts with the same words lie near each other."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bureau.kernel.retrieval.words import content_words


class WordsEmbedder:
    """Hashes words into 384 numbers, and counts how often it was asked."""

    def __init__(self, provider: str = "test", model: str = "words", dimension: int = 384) -> None:
        self.provider, self.model, self.dimension = provider, model, dimension
        self.questions = 0
        self.passages = 0

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.passages += len(texts)
        return np.stack([self._vector(text) for text in texts])

    def embed_query(self, text: str) -> NDArray[np.float32]:
        self.questions += 1
        return self._vector(text)

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.full(self.dimension, 1e-3, dtype=np.float32)
        for word in content_words(text):
            vector[zlib.crc32((self.model + word).encode()) % self.dimension] += 1
        return (vector / np.linalg.norm(vector)).astype(np.float32)
