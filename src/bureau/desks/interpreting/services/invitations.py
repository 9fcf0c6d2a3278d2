"""Invitations into a room: a code that seats one patient, once, within a day.

The original client makes rooms without naming a patient, and shows patients the rooms they sit in. The
doctor hands the code over; who has it and is signed in as a patient sits down. The cache holds its
digest and the room.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

from bureau.desks.interpreting.models import ChatRoom, Participant, Side
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.errors import NotAllowed, NotFound
from bureau.kernel.vault.keyring import digest

LIFETIME = timedelta(days=1)
OVER = "The code is unknown, used or over. Ask for another one."


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code and when it ends."""

    code: str
    until: datetime


def invite_patient(room: ChatRoom) -> Invitation:
    """A new code for a room; earlier ones stay good for their day."""
    code = secrets.token_urlsafe(16)
    cache.set(_key(code), room.pk, timeout=LIFETIME.total_seconds())
    return Invitation(code, timezone.now() + LIFETIME)


def join_by_code(user: User, code: str) -> ChatRoom:
    """Seat a patient by a code, which is spent; who sits there already does not spend it.

    Raises:
        NotAllowed: not a patient.
        NotFound: the code is unknown, used or over, or its room is gone.
    """
    if user.role != Role.PATIENT or user.is_admin:
        raise NotAllowed("Codes are for patients. Doctors are named by who opened the room.")
    key = _key(code)
    room = ChatRoom.objects.filter(pk=cache.get(key)).first()
    if room is None:
        raise NotFound(OVER)
    if Participant.objects.filter(room=room, user=user).exists():
        return room
    # deleting tells whether it was still there: of two at once one sits down
    if not cache.delete(key):
        raise NotFound(OVER)
    Participant.objects.create(room=room, user=user, side=Side.PATIENT)
    return room


def _key(code: str) -> str:
    return f"interpreting:invitation:{digest(code, 'interpreting.invitation')}"
