"""Verbs on items: each is one transaction with the task that makes the text findable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from bureau.desks.interpreting.collections.events import tell_collection
from bureau.desks.interpreting.collections.files import PATIENT_SOURCE
from bureau.desks.interpreting.collections.models import Collection, CollectionItem
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import InvalidInput
from bureau.kernel.files.services import delete_file, store_upload
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.services import create_job, enqueue
from bureau.kernel.retrieval import services as retrieval

JOB_KIND = "interpreting.collections"
INDEX, ANNOUNCE, REINDEX = (
    "interpreting.index_items",
    "interpreting.announce_document",
    "interpreting.reindex_collection",
)
LONGEST_CONTENT = 2_000_000


@transaction.atomic
def add_text(
    user: User | None, collection: Collection, fields: Mapping[str, Any], *, later: bool = True
) -> CollectionItem:
    """Add a text; a task indexes it, unless the caller does so at once (`later=False`).

    Args:
        fields: name, content, and perhaps description and metadata.
    """
    item = CollectionItem(
        collection=collection,
        name=fields["name"],
        description=fields.get("description") or "",
        content=fields["content"],
        created_by=user,
    )
    item.metadata = fields.get("metadata") or {}
    item.save(force_insert=True)
    if later:
        _index_later(user, item)
    return item


def _index_later(user: User | None, item: CollectionItem) -> None:
    item.task = enqueue(create_job(user, JOB_KIND), INDEX, {"items": [item.pk]})
    item.save(update_fields=["task"])


@transaction.atomic
def add_file(
    user: User, collection: Collection, upload: UploadedFile[Any], fields: Mapping[str, Any]
) -> CollectionItem:
    """Add a file that a task reads; the same file a second time gives the item that is there.

    Raises:
        InvalidInput: a file that cannot be read here. TooLarge: over the upload limit.
    """
    if collection.is_sealed:
        return _add_sealed_file(user, collection, upload, fields)
    assert collection.index is not None
    document = retrieval.add_document(
        collection.index, file=upload, title=fields["name"], actor=user
    )
    known = CollectionItem.objects.filter(document=document).first()
    item = known or _item_of_file(user, collection, fields)
    item.document, item.task = document, document.task
    item.save()
    if document.task and not known:
        # a job may go on after its task: the bus hears of it when the passages can be found
        enqueue(document.task.job, ANNOUNCE, {"item": item.pk}, counts=False, after=document.task)
    return item


def _add_sealed_file(
    user: User, collection: Collection, upload: UploadedFile[Any], fields: Mapping[str, Any]
) -> CollectionItem:
    item = _item_of_file(user, collection, fields)
    item.source = store_upload(upload, PATIENT_SOURCE, user)
    item.save(force_insert=True)
    _index_later(user, item)
    return item


def _item_of_file(user: User, collection: Collection, fields: Mapping[str, Any]) -> CollectionItem:
    item = CollectionItem(
        collection=collection,
        name=fields["name"],
        description=fields.get("description") or "",
        created_by=user,
    )
    item.metadata = fields.get("metadata") or {}
    return item


@transaction.atomic
def change_item(user: User, item: CollectionItem, fields: Mapping[str, Any]) -> CollectionItem:
    """Set the given fields; a text that changed is indexed anew, the old one is found until then.

    Raises:
        InvalidInput: the text of a file, or another collection.
    """
    item = CollectionItem.objects.select_for_update().get(pk=item.pk)
    if fields.get("collection", item.collection_id) != item.collection_id:
        raise _refused("collection", "An item stays in its collection.")
    content = fields.get("content", item.content)
    if content != item.content and _is_of_file(item):
        raise _refused("content", "This text was read from a file; replace the file instead.")
    renamed = fields.get("name", item.name) != item.name
    changed = content != item.content
    for name in ("name", "description", "content"):
        if name in fields:
            setattr(item, name, fields[name])
    if fields.get("metadata") is not None:
        item.metadata = fields["metadata"]
    if (changed or renamed) and not _is_of_file(item):
        item.version += 1
    item.save()
    if item.version > item.indexed_version and not _is_of_file(item):
        _index_later(user, item)
    return item


def _is_of_file(item: CollectionItem) -> bool:
    return item.source_id is not None or (item.document_id is not None and not item.content)


def _refused(name: str, sentence: str) -> InvalidInput:
    return InvalidInput(fields={name: [sentence]})


@transaction.atomic
def remove_item(user: User | None, item: CollectionItem) -> None:
    """Remove an item and everything that was made of it."""
    document, source, collection = item.document, item.source, item.collection
    item_id = item.pk
    item.delete()
    if document:
        retrieval.delete_document(document, actor=user)
    if source:
        delete_file(source)
    tell_collection(collection, "document.removed", user, document_id=item_id)


@transaction.atomic
def reindex(
    user: User | None, collection: Collection, *, everything: bool = True
) -> tuple[Task, int]:
    """Build a collection's passages anew beside those that are found, and count its items.

    Args:
        everything: else only what cannot be found as it is now.
    """
    params = {"collection": collection.pk, "everything": everything}
    task = enqueue(create_job(user, JOB_KIND), REINDEX, params)
    tell_collection(collection, "collection.reindexed", user)
    return task, collection.items.count()
