"""Vectors on their way into the database, and the space they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone

from bureau.kernel.errors import BureauError
from bureau.kernel.retrieval.models import WORDS_VERSION, Chunk, EmbeddingSpace
from bureau.kernel.retrieval.terms import vector_of
from bureau.kernel.text.segmenting import words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bureau.kernel.ai.ports import Embedder

    Matrix = NDArray[np.float32]


class EmbeddingMismatch(BureauError):
    """A vector of one model met a collection of another: they are never mixed."""

    code = "EMBEDDING_MISMATCH"
    status = 503
    default_message = "The collection's vectors were made by another embedding model."


def space_of(embedder: Embedder) -> EmbeddingSpace:
    """The space of an embedder's vectors; its row is made at its first use."""
    space, _ = EmbeddingSpace.objects.get_or_create(
        provider=embedder.provider, model=embedder.model, dimension=embedder.dimension
    )
    return space


def embedder_of(space: EmbeddingSpace | None) -> Embedder:
    """The embedder that makes vectors of this space; for None the operator's choice.

    Raises:
        ProviderNotConfigured: it is not set up here.
        EmbeddingMismatch: what is set up under this name makes vectors of another space.
    """
    from bureau.kernel.ai.registry import embedder

    found = embedder(space.provider if space else None)
    if space and (found.model, found.dimension) != (space.model, space.dimension):
        raise EmbeddingMismatch(
            f"The documents were embedded by {space.label}, and {found.provider} is now set to "
            f"{found.model} ({found.dimension}). Run `bureau manage regenerate_embeddings`."
        )
    return found


def passage_of(section: str, text: str) -> str:
    """What is embedded of a chunk: its text under its heading."""
    return f"{section}\n{text}" if section and not text.startswith(section) else text


def embed_chunks(embedder: Embedder, chunks: Sequence[Chunk]) -> Matrix:
    """One row a chunk, normalised to length 1.

    Raises:
        EmbeddingMismatch: the embedder does not keep to its own dimension.
        ProviderError: it failed; there is never another one in its place.
    """
    matrix = embedder.embed_passages([passage_of(one.section, one.text) for one in chunks])
    if matrix.shape != (len(chunks), embedder.dimension):
        raise EmbeddingMismatch(
            f"{embedder.model} gave vectors of shape {matrix.shape}, "
            f"expected {(len(chunks), embedder.dimension)}."
        )
    return matrix


def literal(vector: Iterable[float]) -> str:
    """A vector as PostgreSQL reads it; six digits are more than half precision keeps."""
    return "[" + ",".join(f"{value:.6g}" for value in vector) + "]"


def copy_chunks(chunks: Iterable[Chunk]) -> None:
    """COPY chunks that are not published yet."""
    columns = '"id", "document_id", "index", "page", "section", "start", "end", "language", "text"'
    now = timezone.now()
    rows = (
        (
            *(one.pk, one.document_id, one.index, one.page, one.section, one.start, one.end),
            *(one.language, one.text, len(words(one.text)), now),
            *(vector_of(one.section, one.text, one.language), WORDS_VERSION),
        )
        for one in chunks
    )
    added = '"word_count", "created_at", "search", "search_version"'
    _copy(f'"retrieval_chunk" ({columns}, {added})', rows)


def copy_vectors(
    space: EmbeddingSpace, chunks: Sequence[Chunk], matrix: Matrix, collection_id: int | None = None
) -> None:
    """COPY the vectors of these chunks; published at once if a collection is given."""
    columns = '"chunk_id", "collection_id", "space_id", "dimension", "embedding"'
    rows = (
        (chunk.pk, collection_id, space.pk, space.dimension, literal(vector))
        for chunk, vector in zip(chunks, matrix.tolist(), strict=True)
    )
    _copy(f'"retrieval_chunkvector" ({columns})', rows)


def _copy(target: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
