"""What goes to the bus of what happens in rooms and collections: the contract's events."""

from __future__ import annotations

from typing import Any

import pytest

from bureau.desks.interpreting.models import ChatMessage
from bureau.desks.interpreting.tests.clinic import Person, run_all
from bureau.desks.interpreting.tests.collections.conftest import collection
from bureau.kernel.events.models import Event
from bureau.kernel.events.relay_routes import BusMessage, message_of, published_types
from bureau.kernel.retrieval.tests.words_embedder import WordsEmbedder

SENT_BY_CONTRACT = {
    "message.created",
    "message.translated",
    "audio.transcribed",
    "audio.processing_failed",
    "translation.failed",
    "tts.generated",
    "document.processed",
    "doctor_assistance.generated",
    *(
        f"dataset.{kind}{stage}"
        for kind in ("", "kb_")
        for stage in ("import_started", "import_completed", "import_failed", "batch_import_started")
    ),
}
SECRET = "Nomvula from Umlazi"


def sent() -> list[BusMessage]:
    """What the relay would send, in order."""
    events = Event.objects.filter(type__in=published_types()).order_by("id")
    return [message for event in events if (message := message_of(event))]


def payloads(type: str) -> list[dict[str, Any]]:
    return [message.payload for message in sent() if message.event_type == type]


def test_every_event_of_the_contract_goes_out() -> None:
    assert set(published_types()) >= SENT_BY_CONTRACT


def test_a_message_is_sent_with_the_fields_of_the_contract(doctor: Person, room: int) -> None:
    message = doctor.said(room, "Good morning")
    (created,) = payloads("message.created")
    assert created == {
        "message_id": message["id"],
        "room_id": room,
        "sender_type": "doctor",
        "text": "Good morning",
        "has_audio": False,
    }
    (translated,) = payloads("message.translated")
    wanted = ("message_id", "room_id", "sender_type", "translated_text", "target_lang")
    assert {key: translated[key] for key in wanted} == {
        "message_id": message["id"],
        "room_id": room,
        "sender_type": "doctor",
        "translated_text": message["translated_text"],
        "target_lang": "afr",
    }
    streams = {one.stream for one in sent()}
    assert streams == {f"chat-room:{room}"}
    numbers = [one.sequence for one in sent()]
    assert numbers == sorted(numbers)


def test_a_text_is_sent_from_its_row_and_not_after_it_is_gone(doctor: Person, room: int) -> None:
    doctor.said(room, SECRET * 10)
    stored = [f"{event.payload} {event.message}" for event in Event.objects.all()]
    assert not any("Nomvula" in text for text in stored)
    assert payloads("message.created")[0]["text"] == (SECRET * 10)[:100]
    ChatMessage.objects.all().delete()
    assert not any("Nomvula" in str(one.payload) for one in sent())


@pytest.mark.parametrize("kind", ["knowledge_base", "patient_context"])
def test_a_processed_document_is_told_by_name_but_for_a_patients(
    admin: Person, words_embedder: WordsEmbedder, kind: str
) -> None:
    place = collection(admin, collection_type=kind)
    body = {"name": SECRET, "content": "Takes one gram.", "collection": place}
    item = admin.post("/api/collection-items/", body).json()["id"]
    run_all()
    (processed,) = payloads("document.processed")
    assert processed == {
        "document_id": item,
        "collection_id": place,
        "parts_count": 1,
        "name": SECRET if kind == "knowledge_base" else "",
    }
    admin.delete(f"/api/collection-items/{item}/")
    assert payloads("document.processed") == []
