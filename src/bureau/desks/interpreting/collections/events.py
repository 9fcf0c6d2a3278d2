"""What collections write into the log, and which events of the desk go to the bus."""

from __future__ import annotations

from typing import Any

import structlog

from bureau.desks.interpreting import events as chat
from bureau.desks.interpreting.collections.models import Collection, CollectionItem
from bureau.kernel.accounts.models import User
from bureau.kernel.events.log import emit
from bureau.kernel.events.models import Event
from bureau.kernel.events.relay_routes import BusMessage, publish_type, subscribe

log = structlog.get_logger(__name__)

PROCESSED = "document.processed"
PATTERNS_TOLD = "#"


def tell_collection(
    collection: Collection, type: str, actor: User | None = None, **facts: Any
) -> None:
    """Write down what was done to a collection; `facts` hold no names and no texts."""
    who = f"user:{actor.pk}" if actor else ""
    emit(collection.stream, type, payload={"collection_id": collection.pk, **facts}, actor=who)


def tell_processed(item: CollectionItem) -> None:
    """An item can be found."""
    emit(
        item.collection.stream,
        PROCESSED,
        subject=f"collection_item:{item.pk}",
        payload={
            "document_id": item.pk,
            "collection_id": item.collection_id,
            "parts_count": item.parts_count,
        },
    )


def processed_payload(event: Event) -> dict[str, Any] | None:
    """The contract's payload; None when the item is gone. A patient's name stays inside."""
    found = CollectionItem.objects.filter(pk=event.payload["document_id"])
    item = found.select_related("collection").first()
    if item is None:
        return None
    return {**event.payload, "name": "" if item.collection.is_sealed else item.name}


def as_logged(event: Event) -> dict[str, Any]:
    """What was written down holds nothing about persons and is sent as it is."""
    return dict(event.payload)


CHAT = (
    chat.CREATED,
    chat.TRANSLATED,
    chat.TRANSCRIBED,
    chat.SPOKEN,
    chat.TRANSLATION_FAILED,
    chat.AUDIO_FAILED,
    chat.ASSISTED,
)
COLLECTIONS = (
    "collection.created",
    "collection.changed",
    "collection.removed",
    "collection.reindexed",
)
_DATA_SETS = ("import_started", "import_completed", "import_failed", "batch_import_started")
DATA_SETS = tuple(f"dataset.{kind}{stage}" for kind in ("", "kb_") for stage in _DATA_SETS)


def note(message: BusMessage) -> None:
    """What every event leaves in the log lines, with a bus or without: that it was there."""
    log.info(
        "bus_event",
        type=message.event_type,
        stream=message.stream,
        message_id=message.message_id,
    )


def register() -> None:
    """Let the desk's events out, and note each of them."""
    for type in CHAT:
        publish_type(type, chat.payload_of)
    for type in (*COLLECTIONS, *DATA_SETS):
        publish_type(type, as_logged)
    publish_type(PROCESSED, processed_payload)
    subscribe("interpreting.note", PATTERNS_TOLD, note)
