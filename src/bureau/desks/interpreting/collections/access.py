"""The doors to collections: administrators change them, who gives care reads them.

A doctor reads every knowledge base, the patient contexts of rooms in which they sit, and those that
wait in no room yet and are reserved for them. For patients and other people there are none.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from bureau.desks.interpreting.access import room_for, rooms_of, sees_patient_context
from bureau.desks.interpreting.collections.models import (
    Collection,
    CollectionItem,
    CollectionType,
)
from bureau.desks.interpreting.models import ChatRoom
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import NotFound


def collections_of(user: User) -> QuerySet[Collection]:
    """All collections the person may read, newest first."""
    found = Collection.objects.all()
    if not sees_patient_context(user):
        return found.none()
    if not user.is_admin:
        shared = Q(collection_type=CollectionType.KNOWLEDGE_BASE)
        seated = Q(chat_room__in=rooms_of(user).order_by())
        found = found.filter(shared | seated | Q(chat_room=None, reserved_for=user))
    return found.order_by("-created_at", "-id")


def collection_for(user: User, collection_id: int) -> Collection:
    """One collection; NotFound where it is absent or another patient's."""
    found = collections_of(user).filter(pk=collection_id).first()
    if found is None:
        raise NotFound.matching("Collection")
    return found


def items_of(user: User) -> QuerySet[CollectionItem]:
    """All items of the collections the person may read, newest first."""
    readable = collections_of(user).order_by()
    return CollectionItem.objects.filter(collection__in=readable).order_by("-id")


def item_for(user: User, item_id: int) -> CollectionItem:
    """One item; NotFound where it is absent or of another patient."""
    found = items_of(user).filter(pk=item_id).select_related("collection").first()
    if found is None:
        raise NotFound.matching("CollectionItem")
    return found


def room_of_context(user: User, room_id: int) -> ChatRoom:
    """The room a patient context is to belong to; NotFound as for rooms."""
    return room_for(user, room_id)
