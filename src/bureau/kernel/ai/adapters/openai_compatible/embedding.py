"""The `Embedder` port over `POST /embeddings`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bureau.kernel.ai.adapters.embedding import BaseEmbedder
from bureau.kernel.ai.adapters.service import Service
from bureau.kernel.ai.adapters.texts import as_object, malformed
from bureau.kernel.ai.known_models import dimension_of, prefixes_of
from bureau.kernel.ai.ports import Vectors

# texts of a request; more make the answer too large to be worth repeating after a failure
BATCH = 64
# about 2,000 tokens, what the smallest of the usual models reads
MAX_CHARACTERS = 8_000


class OpenAICompatibleEmbedder(BaseEmbedder):
    """An embedding model behind an OpenAI-compatible server.

    Args:
        service: the open server.
        provider: the provider's name.
        model: the model to ask for.
        dimension: numbers in its vectors; 0 takes what is known of the model.
        most_characters: of a text; the rest is cut off.

    Raises:
        ProviderNotConfigured: the dimension is neither given nor known.
    """

    def __init__(
        self,
        service: Service,
        *,
        provider: str,
        model: str,
        dimension: int = 0,
        most_characters: int = MAX_CHARACTERS,
    ) -> None:
        self.provider = provider
        self.model = model
        self.dimension = dimension or dimension_of(model)
        self._service = service
        self._most = most_characters
        self._query_prefix, self._passage_prefix = prefixes_of(model)

    def _query(self, text: str) -> Vectors:
        return self._embedded([self._query_prefix + self._cut(text)])

    def _passages(self, texts: Sequence[str]) -> Vectors:
        whole = [self._passage_prefix + self._cut(text) for text in texts]
        parts = [whole[start : start + BATCH] for start in range(0, len(whole), BATCH)]
        return np.concatenate([self._embedded(part) for part in parts])

    def _cut(self, text: str) -> str:
        # servers refuse an empty text, and a list of texts as a whole because of one
        return text.strip()[: self._most] or "."

    def _embedded(self, texts: Sequence[str]) -> Vectors:
        request = {"model": self.model, "input": list(texts), "encoding_format": "float"}
        answer = self._service.post_json("embeddings", json=request)
        rows = self._rows(answer, len(texts))
        return np.array(rows, dtype=np.float32)

    def _rows(self, answer: Mapping[str, Any], wanted: int) -> list[list[float]]:
        """The vectors in the order of the texts, which the server need not keep."""
        data = answer.get("data")
        if not isinstance(data, list) or len(data) != wanted:
            raise malformed(self.provider, f"it has not {wanted} vectors")
        entries = [as_object(entry) for entry in data]
        found = {entry.get("index", place): entry for place, entry in enumerate(entries)}
        try:
            return [self._row(found[place].get("embedding")) for place in range(wanted)]
        except KeyError:
            raise malformed(self.provider, "its vectors are not numbered") from None

    def _row(self, vector: object) -> list[float]:
        if not isinstance(vector, list) or not all(type(one) in {int, float} for one in vector):
            raise malformed(self.provider, "a vector is no list of numbers")
        if len(vector) != self.dimension:
            raise malformed(
                self.provider, f"{self.model} has {len(vector)} numbers and not {self.dimension}"
            )
        return vector
