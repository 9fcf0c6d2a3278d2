"""Verbs on rooms: opening, changing and removing them, and who sits in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from bureau.desks.interpreting import access
from bureau.desks.interpreting.collections.rooms import link_to_room
from bureau.desks.interpreting.models import ChatMessage, ChatRoom, Participant, Side
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bureau.kernel.files.models import StoredFile
from bureau.kernel.files.services import delete_file

FIELDS = frozenset(
    {"name", "room_type", "patient_language", "doctor_language", "patient_name", "is_active"}
)
# the patient knows best which language they speak
PATIENTS_FIELDS = frozenset({"patient_language"})


@transaction.atomic
def open_room(user: User, fields: Mapping[str, Any], participants: Iterable[int]) -> ChatRoom:
    """Make a room in which its maker sits, with the other people they name.

    Raises:
        NotAllowed: neither patient, doctor nor administrator.
        InvalidInput: somebody who was named cannot sit in a room.
    """
    side = access.may_open_rooms(user)
    room = ChatRoom.objects.create(**{name: fields[name] for name in FIELDS & fields.keys()})
    invited = _people(participants, only_doctors=side is Side.PATIENT)
    # an administrator who sets a room up for others does not sit in it
    if not (user.is_admin and invited):
        Participant.objects.create(room=room, user=user, side=side)
    _seat(room, [person for person in invited if person != user])
    _link(user, room, fields.get("rag_collection"))
    return room


@transaction.atomic
def change_room(
    user: User, room: ChatRoom, fields: Mapping[str, Any], participants: Iterable[int] | None
) -> ChatRoom:
    """Change the given fields, and who sits in the room if `participants` is given.

    Raises:
        NotAllowed: a patient may change their language only.
        InvalidInput: as `open_room`; or a doctor would leave the room without any doctor.
    """
    given = FIELDS & fields.keys()
    on_patients_side = access.side_of(user, room) is Side.PATIENT
    if on_patients_side and (not given <= PATIENTS_FIELDS or participants is not None):
        raise NotAllowed
    for name in given:
        setattr(room, name, fields[name])
    room.save(update_fields=[*given, "updated_at"])
    _link(user, room, fields.get("rag_collection"))
    if participants is not None:
        _replace_seats(room, _people(participants))
    return room


@transaction.atomic
def remove_room(room: ChatRoom) -> None:
    """Remove a room with its messages and recordings; the log keeps that they were."""
    remove_messages(ChatMessage.objects.filter(room=room))
    room.delete()


@transaction.atomic
def remove_messages(messages: QuerySet[ChatMessage]) -> int:
    """Remove messages with their recordings and what was read out; returns how many."""
    ids = {id_ for pair in messages.values_list("audio", "speech") for id_ in pair if id_}
    files = list(StoredFile.objects.filter(pk__in=ids))
    removed = len(messages)
    messages.delete()
    for stored in files:
        delete_file(stored)
    return removed


def _link(user: User, room: ChatRoom, collection_id: int | None) -> None:
    """Make a collection the room's patient context; None leaves things as they are."""
    if collection_id is None:
        return
    if access.side_of(user, room) is not Side.DOCTOR:
        raise NotAllowed
    try:
        link_to_room(user, room, collection_id)
    except (NotFound, Conflict) as refusal:
        raise InvalidInput(fields={"rag_collection": [refusal.message]}) from None


def _people(ids: Iterable[int], *, only_doctors: bool = False) -> list[User]:
    wanted = list(dict.fromkeys(ids))
    found = User.objects.filter(pk__in=wanted, is_active=True)
    allowed = {Side.DOCTOR} if only_doctors else set(Side)
    people = {user.pk: user for user in found if access.SIDES.get(user.role) in allowed}
    if missing := [str(id_) for id_ in wanted if id_ not in people]:
        kinds = "doctors" if only_doctors else "patients and doctors"
        raise InvalidInput(
            fields={"participants": [f"Only {kinds} can be named; not so: {', '.join(missing)}."]}
        )
    return [people[id_] for id_ in wanted]


def _seat(room: ChatRoom, people: Iterable[User]) -> None:
    Participant.objects.bulk_create(
        Participant(room=room, user=user, side=access.SIDES[user.role]) for user in people
    )


def _replace_seats(room: ChatRoom, people: list[User]) -> None:
    if not any(access.SIDES[user.role] is Side.DOCTOR for user in people):
        raise InvalidInput(fields={"participants": ["A doctor must stay in the room."]})
    kept = set(room.participants.values_list("user", flat=True))
    room.participants.exclude(user__in=people).delete()
    _seat(room, [user for user in people if user.pk not in kept])
