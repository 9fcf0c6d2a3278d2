"""What a room knows beside the text: what was said before, and passages of its collections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from bureau.desks.interpreting.collections.models import Collection, CollectionItem
from bureau.desks.interpreting.collections.rooms import add_profile, context_of, link_to_room
from bureau.desks.interpreting.collections.services.search import (
    Found,
    find_for_room,
)
from bureau.desks.interpreting.errors import refused
from bureau.desks.interpreting.languages import language_of
from bureau.desks.interpreting.models import ChatMessage, ChatRoom
from bureau.desks.interpreting.models import MessageState as State
from bureau.kernel.accounts.models import User
from bureau.kernel.prepared import Given, Prepared

HISTORY = 5
MAX_NAME = 191
NO_CONTEXT = "No RAG collection configured. Please provide collection_id"


def passages_for(sources: Sequence[Collection], text: str) -> list[Found]:
    """Passages of what a room draws on that are nearest to a text; one embedding for all of it,
    none where there is nothing to search.

    Raises:
        ProviderError: the embedder failed.
    """
    shared, personal = find_for_room(text, sources)
    return [*shared, *personal]


# what was said last in the room before a message, newest first
EARLIER = Prepared(
    lambda: (
        ChatMessage.objects.filter(room=Given("room"), pk__lt=Given("message"))
        .only("seal_key", "sender_type", "original_text", "state")
        .order_by("-id")[: HISTORY * 2]
    )
)


def said_last(newest_first: Iterable[ChatMessage], count: int = HISTORY) -> list[str]:
    """The last messages that have words, oldest first, each once."""
    lines = [
        f"{one.sender_type}: {one.original_text}"
        for one in newest_first
        if one.original_text and one.state != State.TRANSLATION_FAILED
    ]
    return lines[:count][::-1]


@transaction.atomic
def add_patient_context(
    user: User, room: ChatRoom, collection_id: int | None, facts: Mapping[str, str]
) -> CollectionItem:
    """Store what is known about the patient in the room's context; a task makes it findable.

    Args:
        collection_id: links this collection to the room first; it must be free or the room's own.
        facts: patient_name, cultural_background, medical_history, language_notes.

    Raises:
        NotFound: there is no such collection, or it is another room's.
        Conflict: the collection is a knowledge base in use.
        InvalidInput: nothing is said, or the room has no context and none is named.
    """
    if not any(text.strip() for text in facts.values()):
        raise refused("Nothing is said about the patient.")
    context = context_of(room) if collection_id is None else link_to_room(user, room, collection_id)
    if context is None:
        raise refused(NO_CONTEXT)
    name = facts["patient_name"].strip()
    if name and not room.patient_name:
        room.patient_name = name
        room.save(update_fields=["patient_name", "updated_at"])
    known_as = room.patient_name or "Patient"
    item = {
        "name": f"Patient Profile: {known_as}"[:MAX_NAME],
        "content": profile_text(room, facts),
        "metadata": {
            "type": "patient_profile",
            "patient_name": known_as,
            "chat_room_id": room.pk,
        },
    }
    return add_profile(user, room, context, item)


def profile_text(room: ChatRoom, facts: Mapping[str, str]) -> str:
    """The profile under the headings that clients look for."""
    patient, doctor = language_of(room.patient_language), language_of(room.doctor_language)
    sections = {
        "PATIENT PROFILE": room.patient_name,
        "CULTURAL BACKGROUND": facts["cultural_background"],
        "MEDICAL HISTORY": facts["medical_history"],
        "LANGUAGE & COMMUNICATION NOTES": facts["language_notes"],
        "PRIMARY LANGUAGE": patient.name,
        "DOCTOR LANGUAGE": doctor.name,
        "CHAT ROOM": room.name,
    }
    return "\n\n".join(
        f"{heading}: {text.strip()}" for heading, text in sections.items() if text.strip()
    )
