"""How rows look to clients, with the contract's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet

from bureau.desks.interpreting.collections.models import Collection, CollectionItem
from bureau.desks.interpreting.collections.services.search import Found
from bureau.kernel.ai.ports import ProviderError
from bureau.kernel.ai.registry import chat, embedder
from bureau.kernel.jobs.status import FINISHED
from bureau.kernel.retrieval.models import DocumentState, Page
from bureau.kernel.retrieval.services import state_of

Shape = dict[str, Any]
# a list does not carry whole books
EXCERPT = 2_000


def with_facts(collections: QuerySet[Collection]) -> QuerySet[Collection]:
    """The rows with all that their shape needs, in a constant number of queries."""
    return (
        collections.select_related("chat_room", "index__space")
        .prefetch_related("knowledge_bases")
        .annotate(items_count=Count("items"))
    )


def collection_shape(collection: Collection) -> Shape:
    """A collection from `with_facts`."""
    bases = list(collection.knowledge_bases.all())
    return {
        "id": collection.pk,
        "name": collection.name,
        "description": collection.description,
        "collection_type": collection.collection_type,
        "is_global": collection.is_global,
        "chat_room": collection.chat_room_id,
        "chat_room_name": collection.chat_room.name if collection.chat_room else None,
        "reserved_for": collection.reserved_for_id,
        "knowledge_bases": [base.pk for base in bases],
        "knowledge_bases_details": [{"id": base.pk, "name": base.name} for base in bases],
        **_models(collection),
        "chunking_strategy": collection.chunking_strategy,
        "chunk_length": collection.chunk_length,
        "chunk_overlap": collection.chunk_overlap,
        "created_at": collection.created_at,
        "updated_at": collection.updated_at,
        "items_count": getattr(collection, "items_count", 0),
    }


def one_collection(collection: Collection) -> Shape:
    """The shape of a row that was just written."""
    return collection_shape(with_facts(Collection.objects.filter(pk=collection.pk)).get())


def _models(collection: Collection) -> Shape:
    """What the passages are embedded by, or will be; and what answers questions."""
    made_by = collection.index.space if collection.index else None
    found = made_by or embedder()
    return {
        "embedding_provider": found.provider,
        "embedding_model": found.model,
        "embedding_dimensions": found.dimension,
        "completion_model": completion_model(),
    }


def completion_model() -> str:
    """The language model that answers questions; `builtin` where there is none."""
    try:
        model = chat()
    except ProviderError:
        return ""
    return model.model if model else "builtin"


def item_shape(item: CollectionItem, content: str | None = None) -> Shape:
    """An item; `content` where it was read from a file."""
    return {
        "id": item.pk,
        "name": item.name,
        "description": item.description,
        "collection": item.collection_id,
        "collection_name": item.collection.name,
        "content": item.content if content is None else content,
        "metadata": item.metadata,
        **_state(item),
        "notes": item.notes,
        "created_at": item.created_at,
        "updated_at": item.updated_at,
    }


def _state(item: CollectionItem) -> Shape:
    document = item.document
    if document and not item.content:
        words = {DocumentState.READY: "ready", DocumentState.FAILED: "failed"}
        return {
            "state": words.get(DocumentState(state_of(document)), "pending"),
            "problem": document.failure_reason,
            "parts_count": document.chunk_count,
        }
    task = item.task
    ready = item.indexed_version == item.version
    failed = not ready and task is not None and task.status in FINISHED
    return {
        "state": "ready" if ready else "failed" if failed else "pending",
        "problem": task.error_message if failed and task else "",
        "parts_count": item.parts_count,
    }


def item_rows(items: Sequence[CollectionItem]) -> list[Shape]:
    """Items of a list; long texts are cut short."""
    texts = _texts_of_files(items)
    return [item_shape(item, _excerpt(texts.get(item.pk, item.content))) for item in items]


def one_item(item: CollectionItem) -> Shape:
    """An item with its whole text."""
    return item_shape(item, _texts_of_files([item]).get(item.pk))


def _excerpt(text: str) -> str:
    return text if len(text) <= EXCERPT else text[:EXCERPT] + "..."


def _texts_of_files(items: Sequence[CollectionItem]) -> dict[int, str]:
    """Item -> the text that was read from its file, for items in knowledge bases."""
    of_files = {one.document_id: one.pk for one in items if one.document_id and not one.content}
    pages = Page.objects.filter(document__in=of_files).order_by("document", "number")
    texts: dict[int, list[str]] = {}
    for document_id, text in pages.values_list("document", "text"):
        texts.setdefault(of_files[document_id], []).append(text)
    return {item: "\n\n".join(parts) for item, parts in texts.items()}


def passage_shape(found: Found) -> Shape:
    """A passage of `query/`."""
    return {
        "name": found.name,
        "content": found.content,
        "similarity": round(found.similarity, 4),
        "metadata": found.metadata,
    }


def source_shape(found: Found) -> Shape:
    """A passage that an answer rests on."""
    return {
        "name": found.name,
        "similarity": round(found.similarity, 3),
        "content": found.content,
    }
