"""A changed file of the same name takes the place of the one before.

The old document stays with its pages, so that whoever was answered from it can still look; its
passages go in the moment in which the new ones are published, so that no answer mixes the two.
"""

from __future__ import annotations

from typing import Any

from bureau.kernel.retrieval.models import Chunk, Collection, Document
from bureau.kernel.retrieval.publishing import remove_chunks

REPLACES, REPLACED_BY = "replaces", "replaced_by"


def earlier_versions(collection: Collection, owner_id: int | None, filename: str) -> list[str]:
    """Ids of the documents that a new file of this name takes the place of."""
    if not filename:
        return []
    same = Document.objects.filter(collection=collection, owner=owner_id, filename=filename)
    current = same.exclude(metadata__has_key=REPLACED_BY)
    return [str(pk) for pk in current.values_list("pk", flat=True)]


def retire_replaced(document: Document) -> None:
    """Take what `document` replaces out of what is searched, in the caller's transaction."""
    old: Any = document.metadata.get(REPLACES) or []
    for one in Document.objects.select_for_update().filter(
        pk__in=old, collection=document.collection_id
    ):
        remove_chunks(Chunk.objects.filter(document=one))
        one.metadata = {**one.metadata, REPLACED_BY: str(document.pk)}
        one.chunk_count = 0
        one.save(update_fields=["metadata", "chunk_count", "updated_at"])
