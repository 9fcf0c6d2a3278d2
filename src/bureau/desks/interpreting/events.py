"""What the desk writes into the log, and how readers see it.

The log is never emptied, so an event names a message and holds nothing that was said. Whoever
reads it (a socket, the bus) gets the texts from the message's row as it is then: after a message
is erased its events are still there and say nothing.
"""

from __future__ import annotations

from typing import Any

from bureau.desks.interpreting.models import Assistance, ChatMessage, ChatRoom, MessageState
from bureau.desks.interpreting.wording import VOICE_MESSAGE, texts_of
from bureau.kernel.accounts.models import User
from bureau.kernel.events.log import emit
from bureau.kernel.events.models import Event, Level
from bureau.kernel.events.streams import StreamKind, register_stream

STREAM = "chat-room"
ASSISTANCE_STREAM = "chat-assistance"
EXCERPT = 100

CREATED = "message.created"
TRANSLATED = "message.translated"
TRANSCRIBED = "audio.transcribed"
SPOKEN = "tts.generated"
TRANSLATION_FAILED = "translation.failed"
AUDIO_FAILED = "audio.processing_failed"
ASSISTED = "doctor_assistance.generated"

# type in the log and on the bus -> type on the socket, where the two differ
SOCKET_TYPES = {CREATED: "message.new", TRANSCRIBED: "message.transcribed"}


def tell(message: ChatMessage, type: str, *, level: str = Level.INFO, **facts: Any) -> None:
    """Write down what happened to a message, in the transaction of the deed.

    `facts` must not hold what people said.
    """
    ids = {
        "message_id": message.pk,
        "room_id": message.room_id,
        "sender_type": message.sender_type,
    }
    emit(
        f"{STREAM}:{message.room_id}",
        type,
        subject=f"chat_message:{message.pk}",
        payload={**ids, **facts},
        actor=f"user:{message.sender_id}" if type == CREATED else "",
        level=level,
    )


def tell_assisted(assistance: Assistance) -> None:
    """Write down that help is ready; not in the room's stream, which the patient watches."""
    payload = {
        "assistance_id": assistance.pk,
        "room_id": assistance.room_id,
        "request_type": assistance.request_type,
    }
    emit(f"{ASSISTANCE_STREAM}:{assistance.pk}", ASSISTED, payload=payload)


def payload_of(event: Event) -> dict[str, Any]:
    """An event's payload in the fields of the contract, texts included, as the bus carries it."""
    if event.type == ASSISTED:
        return _assisted(event)
    fields = _FIELDS.get(event.type)
    if fields is None:
        return dict(event.payload)
    message = ChatMessage.objects.filter(pk=event.payload["message_id"]).first()
    return {**event.payload, **fields(message or _erased(event))}


def socket_shape(event: Event) -> dict[str, Any]:
    """An event as the room's socket sends it; `id` is the cursor for `?after=`."""
    payload = payload_of(event)
    if event.type == CREATED:
        payload["original_text"] = payload.pop("text")
    return {
        "type": SOCKET_TYPES.get(event.type, event.type),
        "id": event.pk,
        "timestamp": event.at.isoformat().replace("+00:00", "Z"),
        **payload,
    }


def _erased(event: Event) -> ChatMessage:
    ids = {"pk": event.payload["message_id"], "room_id": event.payload["room_id"]}
    return ChatMessage(**ids, state=MessageState.DONE)


def _created(message: ChatMessage) -> dict[str, Any]:
    text = message.original_text or (VOICE_MESSAGE if message.has_audio else "")
    return {"text": text[:EXCERPT], "has_audio": message.has_audio}


def _translated(message: ChatMessage) -> dict[str, Any]:
    return {
        "translated_text": texts_of(message)[1],
        "target_lang": message.translated_language,
        "has_warning": message.has_warning,
    }


def _transcribed(message: ChatMessage) -> dict[str, Any]:
    return {
        "transcription": message.audio_transcription or texts_of(message)[0],
        "detected_language": message.original_language,
    }


def _spoken(message: ChatMessage) -> dict[str, Any]:
    return {"audio_url": file_path(message.speech_id), "native": message.speech_native}


def _failed(message: ChatMessage) -> dict[str, Any]:
    return {"error": message.problem}


_FIELDS = {
    CREATED: _created,
    TRANSLATED: _translated,
    TRANSCRIBED: _transcribed,
    SPOKEN: _spoken,
    TRANSLATION_FAILED: _failed,
    AUDIO_FAILED: _failed,
}


def _assisted(event: Event) -> dict[str, Any]:
    found = Assistance.objects.filter(pk=event.payload["assistance_id"]).first()
    return {**event.payload, "assistance": found.text if found else ""}


def file_path(file_id: object) -> str | None:
    """Where a stored file is fetched; None where there is none."""
    return f"/api/files/{file_id}/" if file_id else None


def register() -> None:
    """Let people watch the rooms they sit in."""
    from bureau.desks.interpreting.access import room_for

    def door(user: User, room_id: int) -> ChatRoom:
        return room_for(user, room_id)

    register_stream(StreamKind(STREAM, door, socket_shape))
