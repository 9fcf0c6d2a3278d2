"""The doors to rooms and what is said in them: those who sit there, and administrators."""

from __future__ import annotations

from django.db.models import QuerySet

from bureau.desks.interpreting.models import Assistance, ChatMessage, ChatRoom, Participant, Side
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.errors import NotAllowed, NotFound
from bureau.kernel.files.models import StoredFile
from bureau.kernel.prepared import Given, Prepared

SIDES: dict[str, Side] = {
    Role.PATIENT: Side.PATIENT,
    Role.DOCTOR: Side.DOCTOR,
    Role.ADMIN: Side.DOCTOR,
}


def rooms_of(user: User) -> QuerySet[ChatRoom]:
    """All rooms the person may see, newest first."""
    rooms = ChatRoom.objects.all()
    if not user.is_admin:
        rooms = rooms.filter(pk__in=Participant.objects.filter(user=user).values("room"))
    return rooms.order_by("-created_at", "-id")


def room_for(user: User, room_id: int) -> ChatRoom:
    """One room; NotFound where it is absent or the person does not sit in it."""
    room = rooms_of(user).filter(pk=room_id).first()
    if room is None:
        raise NotFound.matching("ChatRoom")
    return room


def room_to_care_in(user: User, room_id: int) -> ChatRoom:
    """One room, for its doctors and administrators: its settings, patient context, assistance.

    Raises:
        NotFound: as `room_for`.
        NotAllowed: the person sits on the patient's side.
    """
    room = room_for(user, room_id)
    if side_of(user, room) is not Side.DOCTOR:
        raise NotAllowed
    return room


def side_of(user: User, room: ChatRoom) -> Side:
    """On which side somebody who may see the room speaks; an administrator on the doctor's."""
    seat = Participant.objects.filter(user=user, room=room).first()
    return Side(seat.side) if seat else Side.DOCTOR


def seat_in(user: User, room_id: int) -> tuple[ChatRoom, Side]:
    """One room and the side on which the person speaks there; NotFound as `room_for`."""
    seat = _SEAT.first(user=user.pk, room=room_id)
    if seat is None:
        return room_for(user, room_id), Side.DOCTOR
    return seat.room, Side(seat.side)


_SEAT = Prepared(
    lambda: Participant.objects.select_related("room").filter(
        user=Given("user"), room=Given("room")
    )
)


def may_open_rooms(user: User) -> Side:
    """The side on which somebody opens a room.

    Raises:
        NotAllowed: the person is neither patient nor doctor nor administrator.
    """
    side = Side.DOCTOR if user.is_admin else SIDES.get(user.role)
    if side is None:
        raise NotAllowed
    return side


def sees_patient_context(user: User) -> bool:
    """Whether patient context is shown to this person in the rooms they may see."""
    return user.is_admin or user.role == Role.DOCTOR


def messages_of(user: User) -> QuerySet[ChatMessage]:
    """All messages the person may see, oldest first."""
    return ChatMessage.objects.filter(room__in=rooms_of(user).order_by()).order_by("id")


def message_for(user: User, message_id: int) -> ChatMessage:
    """One message; NotFound where it is absent or of a room the person does not sit in."""
    message = messages_of(user).filter(pk=message_id).first()
    if message is None:
        raise NotFound.matching("ChatMessage")
    return message


def assistance_for(user: User, room_id: int, task_id: int) -> Assistance:
    """What somebody asked for in a room they still care in; NotFound for everybody else's."""
    room = room_to_care_in(user, room_id)
    asked = Assistance.objects.select_related("task").filter(room=room, task=task_id)
    found = (asked if user.is_admin else asked.filter(asked_by=user)).first()
    if found is None:
        raise NotFound.matching("Assistance")
    return found


def require_staff(user: User) -> None:
    """The glossary and the phrases belong to those who care for patients.

    Raises:
        NotAllowed
    """
    if not sees_patient_context(user):
        raise NotAllowed


def audio_door(user: User, stored: StoredFile) -> None:
    """A recording is open to whoever may see its message."""
    if not messages_of(user).filter(audio=stored).exists():
        raise NotFound.matching("File")


def speech_door(user: User, stored: StoredFile) -> None:
    """Spoken translations likewise."""
    if not messages_of(user).filter(speech=stored).exists():
        raise NotFound.matching("File")
