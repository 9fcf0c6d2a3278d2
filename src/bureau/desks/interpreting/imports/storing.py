"""Entries become items of a knowledge base: embedded in batches, a batch a transaction, none twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction

from bureau.desks.interpreting.collections.models import (
    ChunkingStrategy,
    Collection,
    CollectionItem,
    CollectionType,
)
from bureau.desks.interpreting.collections.services.collections import create_collection
from bureau.desks.interpreting.collections.services.indexing import cutting_of
from bureau.desks.interpreting.imports.catalogue import Entry
from bureau.kernel.errors import InvalidInput
from bureau.kernel.retrieval.texts import Prepared, Text, prepare_texts, publish_texts

BATCH = 64
# called inside each batch's transaction; what it raises undoes the batch
Guard = Callable[["Tally"], None]


@dataclass
class Tally:
    """What became of the rows so far: `skipped` were there already, `errors` hold no usable text."""

    created: int = 0
    skipped: int = 0
    errors: int = 0
    collection: Collection = field(default_factory=Collection)

    @property
    def seen(self) -> int:
        """All rows."""
        return self.created + self.skipped + self.errors


def knowledge_base_named(name: str, description: str) -> Collection:
    """The knowledge base of this name; made global, without chunking, if there is none.

    Raises:
        InvalidInput: a patient's context has this name.
    """
    found = Collection.objects.filter(name_index=name).select_related("index__space").first()
    if found is None:
        return create_collection(
            None,
            {
                "name": name,
                "description": description,
                "is_global": True,
                "chunking_strategy": ChunkingStrategy.NO_CHUNKING,
            },
        )
    if found.collection_type != CollectionType.KNOWLEDGE_BASE:
        raise InvalidInput(f"'{name}' is a patient's context; choose another collection.")
    return found


def store(entries: Iterable[Entry | None], tally: Tally, guard: Guard) -> Tally:
    """Store entries that the collection does not have yet. A second run goes on where one stopped.

    Args:
        entries: None stands for a row without usable text.
        guard: reports, and stops an import that is no longer wanted.

    Raises:
        ProviderError: the batches before this one are stored.
    """
    rest = iter(entries)
    while batch := list(islice(rest, BATCH)):
        given = {entry.name: entry for entry in batch if entry is not None}
        fresh = _unknown(tally.collection, list(given.values()))
        tally.errors += len(batch) - len(given)
        tally.skipped += len(given) - len(fresh)
        tally.created += len(fresh)
        _store_batch(tally, fresh, guard)
    return tally


def _unknown(collection: Collection, entries: Sequence[Entry]) -> list[Entry]:
    names = [entry.name for entry in entries]
    rows = CollectionItem.objects.filter(collection=collection, name_index__in=names)
    known = {item.name for item in rows}
    return [entry for entry in entries if entry.name not in known]


def _store_batch(tally: Tally, entries: Sequence[Entry], guard: Guard) -> None:
    items = [_item(tally.collection, entry) for entry in entries]
    index = tally.collection.index
    assert index is not None
    prepared = prepare_texts(index, [_text(tally.collection, item) for item in items])
    with transaction.atomic():
        guard(tally)
        if items:
            publish_texts(index, prepared)
            CollectionItem.objects.bulk_create(_ready(item, prepared) for item in items)


def _item(collection: Collection, entry: Entry) -> CollectionItem:
    item = CollectionItem(collection=collection, name=entry.name, content=entry.content)
    item.metadata = entry.metadata
    return item


def _text(collection: Collection, item: CollectionItem) -> Text:
    return Text(
        document_id=item.key,
        title=item.name,
        text=item.content,
        cutting=cutting_of(collection),
        language=str(item.metadata.get("lang_code", "")),
    )


def _ready(item: CollectionItem, prepared: Prepared) -> CollectionItem:
    item.document_id = item.key
    item.indexed_version = item.version
    item.parts_count = prepared.parts_of(item.key)
    return item
