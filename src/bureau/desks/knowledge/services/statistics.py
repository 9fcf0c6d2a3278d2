"""What there is for a reader, in numbers."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from bureau.desks.knowledge.access import Reader, documents_of, scope_of
from bureau.desks.knowledge.services.answers import ARCHITECTURE
from bureau.kernel.retrieval.models import ChunkVector
from bureau.kernel.retrieval.vectors import embedder_of


def statistics_for(reader: Reader) -> dict[str, Any]:
    """Counts over the reader's scope; nothing else is counted in."""
    embedder = embedder_of(None)
    documents = (
        documents_of(reader)
        .order_by()
        .aggregate(total=Count("pk"), processed=Count("pk", filter=Q(chunk_count__gt=0)))
    )
    current = Q(
        space__provider=embedder.provider,
        space__model=embedder.model,
        space__dimension=embedder.dimension,
    )
    vectors = ChunkVector.objects.filter(collection__in=scope_of(reader)).aggregate(
        chunks=Count("chunk", distinct=True),
        current=Count("chunk", distinct=True, filter=current),
    )
    return {
        "total_documents": documents["total"],
        "processed_documents": documents["processed"],
        "total_chunks": vectors["chunks"],
        "chunks_with_embeddings": vectors["chunks"],
        "chunks_with_current_model": vectors["current"],
        "current_embedding_model": embedder.model,
        "architecture": ARCHITECTURE,
    }
