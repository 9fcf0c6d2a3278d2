"""A model that places texts in a space where near means alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
else:
    # numpy takes a tenth of a second to load and not every process embeds
    Vectors = object


class Embedder(Protocol):
    """Every adapter passes `tests/embedding.py`. Safe to use from several threads.

    Vectors of two embedders, or of two models of one, never mix: store `model` and `dimension`
    with every vector.
    """

    @property
    def provider(self) -> str:
        """The provider's name as it is shown and stored."""
        ...

    @property
    def model(self) -> str:
        """The model, with everything in its name that changes the vectors."""
        ...

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts that are to be found.

        Args:
            texts: any number, none included, in any order and of any length; what is longer than
                the model reads is cut at its end.

        Returns:
            float32 of shape (len(texts), dimension), in the order of `texts`, of length 1 each.

        Raises:
            ProviderError: the model is missing, failed or does not answer. No other model is
                ever used in its place.
        """
        ...

    def embed_query(self, text: str) -> Vectors:
        """The vector of a question: float32 of shape (dimension,), of length 1.

        Raises: as `embed_passages` does.
        """
        ...
