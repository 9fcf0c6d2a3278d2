"""What erasing and exporting a person means for rooms and what was said in them.

A room in which one patient sits is about that patient, whoever speaks: it goes as a whole. Where
several patients sit, each takes along what they said. What staff said belongs to their patients'
rooms and stays, without their voice and, as the account is erased as well, without their name.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from bureau.desks.interpreting.models import Assistance, ChatMessage, ChatRoom, Participant, Side
from bureau.desks.interpreting.services.rooms import remove_messages, remove_room
from bureau.kernel.accounts.models import User
from bureau.kernel.accounts.shredder import accounts_of
from bureau.kernel.files.models import StoredFile
from bureau.kernel.files.services import delete_file
from bureau.kernel.vault.shredders import Person


def erase_rooms(person: Person) -> int:
    """Remove a patient's rooms and words, a clinician's recordings, and their seats.

    Returns:
        How many messages, recordings, rooms and seats were touched.
    """
    users = accounts_of(person)
    rooms = list(_rooms_about(users))
    changed = ChatMessage.objects.filter(room__in=rooms).count() + len(rooms)
    for room in rooms:
        remove_room(room)
    said = ChatMessage.objects.filter(sender__in=users)
    changed += remove_messages(said.filter(sender_type=Side.PATIENT))
    changed += _remove_voice(said)
    return changed + Participant.objects.filter(user__in=users).delete()[0]


def _remove_voice(said: QuerySet[ChatMessage]) -> int:
    recordings = list(StoredFile.objects.filter(pk__in=said.exclude(audio=None).values("audio")))
    for recording in recordings:
        delete_file(recording)
    return len(recordings)


def _rooms_about(users: QuerySet[User]) -> QuerySet[ChatRoom]:
    """Rooms in which the person is the only patient."""
    seats = Participant.objects.filter(side=Side.PATIENT)
    others = seats.exclude(user__in=users).values("room")
    own = seats.filter(user__in=users).values("room")
    return ChatRoom.objects.filter(pk__in=own).exclude(pk__in=others).order_by("pk")


def export_rooms(person: Person) -> list[dict[str, Any]]:
    """One record a room in which the person sits or spoke: all that was said in rooms about them, their own words
    in others."""
    users = accounts_of(person)
    ids = set(users.values_list("pk", flat=True))
    about = set(_rooms_about(users).values_list("pk", flat=True))
    sat = Participant.objects.filter(user__in=ids).values("room")
    spoke = ChatMessage.objects.filter(sender__in=ids).values("room")
    rooms = ChatRoom.objects.filter(Q(pk__in=sat) | Q(pk__in=spoke)).order_by("pk")
    return [_record(room, ids, is_about=room.pk in about) for room in rooms]


def _record(room: ChatRoom, ids: set[int], *, is_about: bool) -> dict[str, Any]:
    messages = ChatMessage.objects.filter(room=room).order_by("id")
    if not is_about:
        return {
            "room": room.pk,
            "messages": [_said(one) for one in messages.filter(sender__in=ids)],
        }
    help_given = Assistance.objects.filter(room=room).order_by("id")
    return {
        "room": room.pk,
        "name": room.name,
        "patient_name": room.patient_name,
        "patient_language": room.patient_language,
        "created_at": room.created_at,
        "messages": [_said(one) for one in messages],
        "assistance": [{"text": one.text, "at": one.created_at} for one in help_given],
    }


def _said(message: ChatMessage) -> dict[str, Any]:
    return {
        "side": message.sender_type,
        "text": message.original_text,
        "transcript": message.audio_transcription,
        "translation": message.translated_text,
        "recording": str(message.audio_id or ""),
        "at": message.created_at,
    }
