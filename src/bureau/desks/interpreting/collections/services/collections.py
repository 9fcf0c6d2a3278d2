"""Verbs on collections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from bureau.desks.interpreting.collections import access
from bureau.desks.interpreting.collections.events import tell_collection
from bureau.desks.interpreting.collections.models import (
    ChunkingStrategy,
    Collection,
    CollectionType,
)
from bureau.desks.interpreting.collections.services.indexing import cutting_of
from bureau.kernel.accounts.errors import field_errors
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.errors import NotFound
from bureau.kernel.files.models import StoredFile
from bureau.kernel.files.services import delete_file
from bureau.kernel.retrieval.services import create_collection as create_index
from bureau.kernel.retrieval.texts import remove_collection as remove_index

DESK = "interpreting"
PLAIN = (
    "name",
    "description",
    "collection_type",
    "is_global",
    "chunking_strategy",
    "chunk_length",
    "chunk_overlap",
)
TAKEN = "collection with this name already exists."


@transaction.atomic
def create_collection(user: User | None, fields: Mapping[str, Any]) -> Collection:
    """Make a collection; None is the house itself.

    Raises:
        InvalidInput: by field: a name that is taken, values that contradict one another.
    """
    collection = Collection()
    _set(user, collection, fields)
    _save(collection)
    _link(collection, fields)
    tell_collection(collection, "collection.created", user)
    return collection


@transaction.atomic
def change_collection(user: User, collection: Collection, fields: Mapping[str, Any]) -> Collection:
    """Set the given fields. How texts are cut applies to what is indexed from now on; `reindex`
    applies it to what is there.

    Raises:
        InvalidInput: as `create_collection`; or another type for a collection with items.
    """
    collection = Collection.objects.select_for_update().get(pk=collection.pk)
    before = collection.collection_type
    _set(user, collection, fields)
    if collection.collection_type != before and collection.items.exists():
        raise field_errors(
            {"collection_type": ["The type of a collection that has items cannot be changed."]}
        )
    unused = collection.index if collection.is_sealed else None
    if unused:
        collection.index = None
    _save(collection)
    if unused:
        remove_index(unused)
    _link(collection, fields)
    tell_collection(collection, "collection.changed", user)
    return collection


def _set(user: User | None, collection: Collection, fields: Mapping[str, Any]) -> None:
    for name in PLAIN:
        if name in fields:
            setattr(collection, name, fields[name])
    if "chat_room" in fields:
        collection.chat_room = _room(user, fields["chat_room"])
    if "reserved_for" in fields:
        collection.reserved_for = _doctor(fields["reserved_for"])
    problems = _contradictions(collection)
    if problems:
        raise field_errors(problems)


def _room(user: User | None, room_id: int | None) -> Any:
    if room_id is None or user is None:
        return None
    try:
        return access.room_of_context(user, room_id)
    except NotFound:
        raise field_errors({"chat_room": [f"There is no room {room_id}."]}) from None


def _doctor(user_id: int | None) -> User | None:
    if user_id is None:
        return None
    found = User.objects.filter(pk=user_id, role=Role.DOCTOR, is_active=True).first()
    if found is None:
        raise field_errors({"reserved_for": [f"There is no doctor {user_id}."]})
    return found


def _contradictions(collection: Collection) -> dict[str, list[str]]:
    problems = {}
    overlaps = collection.chunking_strategy == ChunkingStrategy.WINDOW
    if overlaps and collection.chunk_overlap >= collection.chunk_length:
        problems["chunk_overlap"] = ["The overlap must be shorter than the passages."]
    if collection.is_sealed and collection.is_global:
        problems["is_global"] = ["A patient's context cannot be used in every room."]
    if not collection.is_sealed and collection.chat_room:
        problems["chat_room"] = ["Only a patient's context belongs to a room."]
    if not collection.is_sealed and collection.reserved_for_id:
        problems["reserved_for"] = ["Only a patient's context is reserved for a doctor."]
    return problems


def _save(collection: Collection) -> None:
    """Save with an index where the type needs one."""
    if not collection.is_sealed and collection.index is None:
        collection.index = create_index(desk=DESK, name=str(collection.key))
    try:
        with transaction.atomic():
            collection.save()
            if collection.index:
                cutting_of(collection).keep(collection.index)
    except IntegrityError as clash:
        if "name_index" not in str(clash):
            raise
        raise field_errors({"name": [TAKEN]}) from None


def _link(collection: Collection, fields: Mapping[str, Any]) -> None:
    ids: Sequence[int] | None = fields.get("knowledge_bases")
    if ids is None:
        return
    if ids and not collection.is_sealed:
        raise field_errors(
            {"knowledge_bases": ["Only a patient's context is linked with knowledge bases."]}
        )
    bases = Collection.objects.filter(pk__in=ids, collection_type=CollectionType.KNOWLEDGE_BASE)
    missing = set(ids) - set(bases.values_list("pk", flat=True))
    if missing:
        names = ", ".join(map(str, sorted(missing)))
        raise field_errors({"knowledge_bases": [f"There are no knowledge bases {names}."]})
    collection.knowledge_bases.set(bases)


@transaction.atomic
def remove_collection(user: User | None, collection: Collection) -> None:
    """Remove a collection with everything in it; None is the house itself."""
    collection = Collection.objects.select_for_update().get(pk=collection.pk)
    sources = list(StoredFile.objects.filter(pk__in=collection.items.values("source")))
    index = collection.index
    tell_collection(collection, "collection.removed", user)
    collection.items.all().delete()
    collection.delete()
    if index:
        remove_index(index)
    for stored in sources:
        delete_file(stored)
