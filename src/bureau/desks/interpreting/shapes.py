"""How rows look to clients, with the contract's names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from bureau.desks.interpreting.collections.models import Collection
from bureau.desks.interpreting.events import file_path
from bureau.desks.interpreting.models import ChatMessage, ChatRoom, Participant
from bureau.desks.interpreting.wording import texts_of

Shape = dict[str, Any]
EXCERPT = 100
NOTES: dict[str, list[Any]] = {
    "warnings": [],
    "glossary_terms": [],
    "suggestions": [],
    "transcript_segments": [],
    "context_sources": [],
    "unchecked": [],
}


def notes_of(message: ChatMessage) -> dict[str, list[Any]]:
    """The message's notes, every list of them present."""
    return {**NOTES, **(json.loads(message.notes) if message.notes else {})}


def message_shape(request: HttpRequest, message: ChatMessage) -> Shape:
    """A message with all its fields."""
    original, translated = texts_of(message)
    return {
        "id": message.pk,
        "room": message.room_id,
        "sender_type": message.sender_type,
        "sender": message.sender_id,
        "state": message.state,
        "original_text": original,
        "original_language": message.original_language,
        "translated_text": translated,
        "translated_language": message.translated_language,
        "has_image": False,
        "image_url": None,
        "image_description": "",
        "has_audio": message.has_audio,
        "audio_url": _address(request, message.audio_id),
        "audio_duration": message.audio_duration,
        "audio_transcription": message.audio_transcription,
        "tts_audio_url": _address(request, message.speech_id),
        "tts_native": message.speech_native,
        "tts_note": message.speech_note,
        "translated_by": message.translated_by,
        "back_translation": message.back_translation,
        **notes_of(message),
        "created_at": message.created_at,
    }


def _address(request: HttpRequest, file_id: object) -> str | None:
    path = file_path(file_id)
    return request.build_absolute_uri(path) if path else None


def room_fields(
    room: ChatRoom, seats: Sequence[Participant], context: Collection | None, message_count: int
) -> Shape:
    """What every shape of a room has."""
    return {
        "id": room.pk,
        "name": room.name,
        "room_type": room.room_type,
        "patient_language": room.patient_language,
        "doctor_language": room.doctor_language,
        "patient_name": room.patient_name,
        "rag_collection": context.pk if context else None,
        "rag_collection_name": context.name if context else None,
        "is_active": room.is_active,
        "created_at": room.created_at,
        "updated_at": room.updated_at,
        "message_count": message_count,
        "participants": [_seat(seat) for seat in seats],
    }


def _seat(seat: Participant) -> Shape:
    user = seat.user
    return {
        "id": user.pk,
        "username": user.username,
        "name": user.get_full_name() or user.username,
        "side": seat.side,
    }


def last_message_shape(message: ChatMessage | None) -> Shape | None:
    """The excerpt that a list of rooms shows."""
    if message is None:
        return None
    return {
        "text": texts_of(message)[0][:EXCERPT],
        "sender": message.sender_type,
        "created_at": message.created_at,
    }
