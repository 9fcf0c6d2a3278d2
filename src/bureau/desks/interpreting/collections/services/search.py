"""Finding passages in collections; one embedding of the question, whatever is searched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from bureau.desks.interpreting.collections.models import (
    Collection,
    CollectionItem,
    CollectionType,
    SealedPassage,
)
from bureau.desks.interpreting.collections.services.indexing import unpacked
from bureau.kernel.prepared import Given, Prepared
from bureau.kernel.retrieval.models import Chunk
from bureau.kernel.retrieval.search import (
    Passage,
    Question,
    embed_question,
    search,
    space_in_scope,
)

__all__ = ["SOURCES", "Found", "Question", "find_for_room", "find_in", "question_for"]


@dataclass(frozen=True)
class Found:
    """A passage of an item. `similarity` is a cosine; with most models only its order counts."""

    item_id: int
    collection_id: int
    name: str
    content: str
    similarity: float
    metadata: dict[str, Any]


def question_for(text: str, collections: Iterable[Collection]) -> Question:
    """Embed a question once, in the space of the knowledge bases it will be asked of.

    Raises:
        ProviderError, EmbeddingMismatch.
    """
    scope = [one.index_id for one in collections if one.index_id]
    return embed_question(text, space_in_scope(scope))


def find_in(collection: Collection, text: str, limit: int) -> list[Found]:
    """The passages of a collection nearest to a text, best first; of a patient's context also
    those of the knowledge bases it is linked with."""
    linked = list(collection.knowledge_bases.all()) if collection.is_sealed else []
    question = question_for(text, [collection, *linked])
    bases = linked if collection.is_sealed else [collection]
    found = _in_bases(question, bases, limit) + _in_sealed(question, [collection], limit)
    return sorted(found, key=lambda one: -one.similarity)[:limit] if linked else found


def find_for_room(
    text: str, sources: Sequence[Collection], *, shared: int = 5, personal: int = 3
) -> tuple[list[Found], list[Found]]:
    """What a room's translation may draw on: passages of the global and linked knowledge bases, and
    of the room's own contexts. The text is embedded once for all of it, and not at all where there
    is nothing to search.

    Args:
        sources: what the room draws on, `SOURCES`.

    Raises:
        ProviderError, EmbeddingMismatch.
    """
    if not sources:
        return [], []
    question = question_for(text, sources)
    bases = [one for one in sources if not one.is_sealed]
    return _in_bases(question, bases, shared), _in_sealed(question, sources, personal)


def _sources() -> QuerySet[Collection]:
    base = Q(collection_type=CollectionType.KNOWLEDGE_BASE)
    linked = Q(used_by__chat_room=Given("room"))
    wanted = (base & (Q(is_global=True) | linked)) | Q(chat_room=Given("room"))
    return Collection.objects.filter(wanted).only("collection_type", "index").distinct()


# what a room draws on: the global knowledge bases, its own contexts, and the bases that those are
# linked with
SOURCES = Prepared(_sources)


def _in_bases(question: Question, bases: Sequence[Collection], limit: int) -> list[Found]:
    passages = search(question, [one.index_id for one in bases if one.index_id], limit)
    items = {
        item.document_id: item
        for item in CollectionItem.objects.filter(
            document__in={passage.document_id for passage in passages}
        ).select_related("document")
    }
    places = dict(
        Chunk.objects.filter(pk__in=[passage.chunk_id for passage in passages]).values_list(
            "pk", "index"
        )
    )
    return [
        _found_in_base(items[passage.document_id], passage, places.get(passage.chunk_id, 0))
        for passage in passages
        if passage.document_id in items
    ]


def _found_in_base(item: CollectionItem, passage: Passage, place: int) -> Found:
    parts = item.document.chunk_count if item.document else 1
    facts = {**item.metadata, "chunk_index": place, "total_chunks": parts}
    if passage.page is not None:
        facts["page"] = passage.page
    name = part_name(item.name, place, parts)
    return Found(item.pk, item.collection_id, name, passage.text, passage.similarity, facts)


def part_name(name: str, place: int, parts: int) -> str:
    """How a passage is called: by its item, and which part of it it is."""
    return name if parts == 1 else f"{name} (Part {place + 1}/{parts})"


def _in_sealed(question: Question, collections: Sequence[Collection], limit: int) -> list[Found]:
    """Compare with every passage of these contexts; a context is a few pages."""
    ids = [one.pk for one in collections if one.is_sealed]
    rows = SealedPassage.objects.filter(item__collection__in=ids, space=question.space)
    scored = [
        (float(unpacked(row.vector) @ question.vector), row)
        for row in rows.select_related("item") if ids
    ]  # fmt: skip
    scored.sort(key=lambda pair: (-pair[0], pair[1].item_id, pair[1].position))
    return [_found_in_sealed(row, similarity) for similarity, row in scored[:limit]]


def _found_in_sealed(row: SealedPassage, similarity: float) -> Found:
    item = row.item
    facts = {**item.metadata, "chunk_index": row.position, "total_chunks": item.parts_count}
    name = part_name(item.name, row.position, item.parts_count)
    return Found(item.pk, item.collection_id, name, row.text, similarity, facts)
