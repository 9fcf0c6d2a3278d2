"""What every way to publish shares: embedding in batches, the collection's space, taking away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from django.db.models import QuerySet

from bureau.kernel.actor_context import current_actor, on_behalf_of
from bureau.kernel.retrieval.models import Chunk, ChunkVector, Collection, EmbeddingSpace
from bureau.kernel.retrieval.vectors import EmbeddingMismatch, embed_chunks

if TYPE_CHECKING:
    from bureau.kernel.ai.ports import Embedder
    from bureau.kernel.retrieval.vectors import Matrix

CHUNKS_AT_ONCE = 32
Item = TypeVar("Item")


class SpaceChanged(EmbeddingMismatch):
    """The collection moved to another embedding model meanwhile: the next try uses that one."""

    temporary = True


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of `size`, as they come."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def embed_for(collection: Collection, embedder: Embedder, chunks: list[Chunk]) -> Matrix:
    """The vectors of chunks; the collection's desk decides where its words may go.

    Raises:
        EmbeddingMismatch, ProviderError: see `embed_chunks`.
    """
    with on_behalf_of(collection.desk, current_actor().user):
        return embed_chunks(embedder, chunks)


def claim_space(collection_id: int, space: EmbeddingSpace) -> Collection:
    """Lock a collection for publishing in this space, in the caller's transaction.

    Raises:
        SpaceChanged: it was embedded by another model meanwhile.
    """
    collection = Collection.objects.select_for_update().get(pk=collection_id)
    if collection.space_id is None:
        collection.space = space
        collection.save(update_fields=["space"])
    elif collection.space_id != space.pk:
        raise SpaceChanged
    return collection


def remove_chunks(chunks: QuerySet[Chunk]) -> None:
    """Delete chunks with their vectors, however many: one statement a table."""
    ChunkVector.objects.filter(chunk__in=chunks)._raw_delete("default")
    chunks._raw_delete("default")
