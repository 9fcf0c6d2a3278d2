"""What is known of embedding models by their names. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bureau.kernel.ai.ports import ProviderNotConfigured

# family of models -> numbers in a vector
DIMENSIONS: Mapping[str, int] = {
    "text-embedding-3-small": 1536,
    "text-embedding-3-large": 3072,
    "text-embedding-ada-002": 1536,
    "text-embedding-004": 768,
    "gemini-embedding-001": 3072,
    "nomic-embed-text": 768,
    "mxbai-embed-large": 1024,
    "bge-m3": 1024,
    "all-minilm": 384,
    "multilingual-e5-small": 384,
    "multilingual-e5-base": 768,
    "multilingual-e5-large": 1024,
}
# family of models -> what stands before questions and before texts, as they were trained
PREFIXES: Mapping[str, tuple[str, str]] = {
    "nomic-embed-text": ("search_query: ", "search_document: "),
    "multilingual-e5": ("query: ", "passage: "),
}


def dimension_of(model: str) -> int:
    """Numbers in a vector of `model`.

    Raises:
        ProviderNotConfigured: it is not known here.
    """
    family = _family(model, DIMENSIONS)
    if family is None:
        raise ProviderNotConfigured(
            f"How many numbers the vectors of '{model[:80]}' have is not known here; "
            "set AI_EMBEDDING_DIMENSION."
        )
    return DIMENSIONS[family]


def prefixes_of(model: str) -> tuple[str, str]:
    """What stands before a question and before a text, for `model`; mostly nothing."""
    family = _family(model, PREFIXES)
    return PREFIXES[family] if family else ("", "")


def _family(model: str, families: Mapping[str, Any]) -> str | None:
    """`openai/text-embedding-3-small` and `nomic-embed-text:v1.5` belong to the names before."""
    name = model.rpartition("/")[2]
    return next((family for family in families if name.startswith(family)), None)
