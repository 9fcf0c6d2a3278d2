"""What erasing and exporting a patient means here: the contexts of the rooms they sit in."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from bureau.desks.interpreting.collections.models import Collection, CollectionItem
from bureau.desks.interpreting.collections.services.collections import remove_collection
from bureau.desks.interpreting.models import Participant, Side
from bureau.kernel.accounts.shredder import accounts_of
from bureau.kernel.vault.shredders import Person


def _contexts_of(person: Person) -> QuerySet[Collection]:
    seats = Participant.objects.filter(side=Side.PATIENT, user__in=accounts_of(person))
    return Collection.objects.filter(chat_room__in=seats.values("room")).order_by("pk")


def erase_contexts(person: Person) -> int:
    """Remove the contexts of a patient's rooms, with the passages and files of their items."""
    found = list(_contexts_of(person))
    rows = CollectionItem.objects.filter(collection__in=found).count()
    for context in found:
        remove_collection(None, context)
    return len(found) + rows


def export_contexts(person: Person) -> list[dict[str, Any]]:
    """What is kept about a patient in the contexts of their rooms."""
    items = CollectionItem.objects.filter(collection__in=_contexts_of(person))
    return [
        {
            "collection": item.collection.name,
            "name": item.name,
            "content": item.content,
            "metadata": item.metadata,
            "created_at": item.created_at.isoformat(),
        }
        for item in items.select_related("collection").order_by("pk")
    ]
