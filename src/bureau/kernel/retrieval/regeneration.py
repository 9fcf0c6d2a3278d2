"""Moving all collections to another embedding model while they are searched.

Vectors of the new space are built beside those in use; searches read one space and do not see the
other. When every published chunk has its new vector, all collections change over in one transaction,
so that no search ever meets two spaces. A run that was stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet

from bureau.kernel.retrieval.models import Chunk, ChunkVector, Collection, EmbeddingSpace
from bureau.kernel.retrieval.vectors import copy_vectors, embed_chunks, space_of

if TYPE_CHECKING:
    from bureau.kernel.ai.ports import Embedder

Report = Callable[[int, int], None]


def waiting_for(space: EmbeddingSpace) -> QuerySet[Chunk]:
    """Published chunks that have no vector in this space yet."""
    published = Chunk.objects.filter(collection__isnull=False)
    return published.exclude(vectors__space=space)


def regenerate(embedder: Embedder, *, batch_size: int, report: Report) -> EmbeddingSpace:
    """Embed everything by this embedder and change over.

    Args:
        report: told (done, still to do) after every batch.

    Raises:
        ProviderError: the embedder failed; what was built stays for the next run, nothing changed.
    """
    space, done = space_of(embedder), 0
    while True:
        done = _build(embedder, space, batch_size, done, report)
        if _changed_over(space):
            _remove_others(space)
            return space


def _build(
    embedder: Embedder, space: EmbeddingSpace, batch_size: int, done: int, report: Report
) -> int:
    while batch := list(waiting_for(space).order_by("collection_id", "id")[:batch_size]):
        matrix = embed_chunks(embedder, batch)
        with transaction.atomic():
            # a chunk that was deleted meanwhile takes no vector
            ids = Chunk.objects.select_for_update().filter(
                pk__in=[one.pk for one in batch], collection__isnull=False
            )
            living = set(ids.values_list("pk", flat=True))
            kept = [place for place, one in enumerate(batch) if one.pk in living]
            for collection_id in {batch[place].collection_id for place in kept}:
                places = [place for place in kept if batch[place].collection_id == collection_id]
                rows = [batch[place] for place in places]
                copy_vectors(space, rows, matrix[places], collection_id)
        done += len(batch)
        report(done, waiting_for(space).count())
    return done


@transaction.atomic
def _changed_over(space: EmbeddingSpace) -> bool:
    """Move every collection at once, unless a document was published since the last look."""
    filled = Collection.objects.select_for_update().filter(space__isnull=False).order_by("pk")
    list(filled)
    if waiting_for(space).exists():
        return False
    Collection.objects.filter(space__isnull=False).update(space=space)
    return True


def _remove_others(space: EmbeddingSpace) -> None:
    old = ChunkVector.objects.filter(collection__isnull=False).exclude(space=space)
    old._raw_delete("default")
