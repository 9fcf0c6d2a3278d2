"""What rooms need of collections: their contexts, and linking one to a room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from bureau.desks.interpreting.collections.access import collections_of
from bureau.desks.interpreting.collections.events import tell_collection
from bureau.desks.interpreting.collections.models import (
    Collection,
    CollectionItem,
    CollectionType,
)
from bureau.desks.interpreting.collections.services.items import add_text
from bureau.desks.interpreting.models import ChatRoom
from bureau.kernel.accounts.errors import one_error
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import Conflict, NotFound

MOST_ITEMS, EXCERPT = 10, 200


def context_of(room: ChatRoom) -> Collection | None:
    """The room's own context, the newest if there are several; None where there is none."""
    return Collection.objects.filter(chat_room=room).order_by("-id").first()


def contexts_of(rooms: Iterable[ChatRoom]) -> dict[int, Collection]:
    """Room -> its own context, for a list of rooms in one query."""
    found = Collection.objects.filter(chat_room__in=[room.pk for room in rooms]).order_by("id")
    return {one.chat_room_id: one for one in found if one.chat_room_id}


@transaction.atomic
def link_to_room(user: User, room: ChatRoom, collection_id: int) -> Collection:
    """Make a collection this room's patient context. It must be one that the person may read, and
    free or this room's already: a patient context of no room, or, for administrators, a knowledge
    base that is empty and not global.

    Raises:
        NotFound: there is no such collection, it is another room's or not for this person (all look
            the same).
        Conflict: it is a knowledge base that others use, or not the person's to turn into a context.
    """
    collection = collections_of(user).select_for_update().filter(pk=collection_id).first()
    if collection is None or collection.chat_room_id not in (None, room.pk):
        sentence = f"Collection with id {collection_id} not found"
        raise NotFound(sentence, body={"error": sentence})
    if not collection.is_sealed:
        _seal_empty(user, collection)
    if collection.chat_room_id is None:
        collection.chat_room = room
        collection.save()
        tell_collection(collection, "collection.changed", user, room_id=room.pk)
    return collection


def _seal_empty(user: User, collection: Collection) -> None:
    """A knowledge base that nobody has used yet may become a patient's context: administrators'."""
    used = collection.is_global or collection.items.exists() or collection.used_by.exists()
    if used or not user.is_admin:
        sentence = "This collection is a knowledge base; a patient's context cannot be kept in it."
        raise Conflict(sentence, body={"error": sentence, "code": Conflict.code})
    index, collection.index = collection.index, None
    collection.collection_type = CollectionType.PATIENT_CONTEXT
    collection.save()
    if index:
        index.delete()


def add_profile(
    user: User, room: ChatRoom, collection: Collection, fields: Mapping[str, Any]
) -> CollectionItem:
    """Store a patient's profile in the room's context; a task makes it findable.

    Args:
        fields: name, content and metadata of the item.

    Raises:
        InvalidInput: the room has no context.
    """
    if collection.chat_room_id != room.pk:
        raise one_error("No RAG collection configured. Please provide collection_id")
    return add_text(user, collection, fields)


def context_rows(rooms: Iterable[ChatRoom]) -> dict[int, list[dict[str, Any]]]:
    """Room -> its contexts as a list of rooms shows them to staff: at most ten items each."""
    found: dict[int, list[dict[str, Any]]] = {}
    contexts = Collection.objects.filter(chat_room__in=[room.pk for room in rooms])
    for context in contexts.prefetch_related("items").order_by("id"):
        assert context.chat_room_id
        items = sorted(context.items.all(), key=lambda one: one.pk)[:MOST_ITEMS]
        row = {
            "id": context.pk,
            "name": context.name,
            "description": context.description,
            "items": [_item_row(item) for item in items],
        }
        found.setdefault(context.chat_room_id, []).append(row)
    return found


def _item_row(item: CollectionItem) -> dict[str, Any]:
    text = item.content
    return {
        "id": item.pk,
        "name": item.name,
        "content": text if len(text) <= EXCERPT else text[:EXCERPT] + "...",
        "metadata": item.metadata,
    }


def linked_rows(rooms: Iterable[ChatRoom]) -> dict[int, list[dict[str, Any]]]:
    """Room -> the knowledge bases its contexts are linked with, each once."""
    contexts = Collection.objects.filter(chat_room__in=[room.pk for room in rooms])
    found: dict[int, dict[int, dict[str, Any]]] = {}
    for context in contexts.prefetch_related("knowledge_bases__items"):
        assert context.chat_room_id
        bases = found.setdefault(context.chat_room_id, {})
        for base in context.knowledge_bases.all():
            bases[base.pk] = {
                "id": base.pk,
                "name": base.name,
                "description": base.description,
                "items_count": len(base.items.all()),
            }
    return {room: list(bases.values()) for room, bases in found.items()}
