"""Rooms of the socket: a signed token says which case somebody may listen to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing

from bureau.desks.grievances.callers import Caller
from bureau.desks.grievances.models import Grievance

LIFETIME = timedelta(hours=1)
_SALT = "bureau.grievances.room"


@dataclass(frozen=True, slots=True)
class Room:
    """What a token opens: a case, and by which names its rooms may be joined."""

    case_id: int
    names: frozenset[str]


def room_token(case: Grievance, caller: Caller) -> str:
    """A token for one case; the caller's door was asked before."""
    who = "complainant" if caller.is_complainant else caller.actor
    return signing.dumps([case.pk, case.grievance_id, case.session_id, who], salt=_SALT)


def room_of(token: str) -> Room | None:
    """The room a token opens; None where it opens none."""
    try:
        case_id, name, session, _ = signing.loads(token, salt=_SALT, max_age=LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Room(int(case_id), frozenset(one for one in (name, session) if one))
