"""Rooms of the socket: a signed token says which case somebody may listen to, and for how long.

The token names the sign-in or service key that it was asked for with, so a socket can ask again
whether that still stands.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing

from bureau.desks.grievances import access
from bureau.desks.grievances.callers import DESK, Caller, DeskRequest
from bureau.desks.grievances.models import Grievance
from bureau.kernel.accounts.auth import is_complete
from bureau.kernel.accounts.services.keys import is_in_force
from bureau.kernel.accounts.sessions import find_session
from bureau.kernel.errors import NotFound

LIFETIME = timedelta(hours=1)
_SALT = "bureau.grievances.room.2"
_DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Room:
    """What a token opens.

    Attributes:
        case_id, case_name: the case; names: by which its rooms may be joined.
        until: when the token is over, in seconds since 1970.
        login: id of the sign-in of an officer or administrator, else empty.
        account_id: whose sign-in that is.
        service: name of a machine's key, else empty.
    """

    case_id: int
    case_name: str
    names: frozenset[str]
    until: float
    login: str = ""
    account_id: int | None = None
    service: str = ""

    @property
    def seconds_left(self) -> float:
        """How long the token still opens this room."""
        return max(0.0, self.until - time.time())


def room_token(request: DeskRequest, case: Grievance) -> str:
    """A token for one case; the caller's door was asked before."""
    caller, login = request.auth, getattr(request, "login_session", None)
    facts = {
        "case": case.pk,
        "name": case.grievance_id,
        "session": case.session_id,
        "until": time.time() + LIFETIME.total_seconds(),
        "login": str(login.pk) if login and caller.user else "",
        "account": caller.user.pk if caller.user else None,
        "service": caller.service,
    }
    return signing.dumps(facts, salt=_SALT)


def room_of(token: str) -> Room | None:
    """The room a token opens, if whoever asked for it may still listen; None where it opens none."""
    try:
        facts = signing.loads(token, salt=_SALT, max_age=LIFETIME)
    except (signing.BadSignature, ValueError):
        return None
    room = Room(
        case_id=facts["case"],
        case_name=facts["name"],
        names=frozenset(one for one in (facts["name"], facts["session"]) if one),
        until=facts["until"],
        login=facts["login"],
        account_id=facts["account"],
        service=facts["service"],
    )
    return room if still_open(room) else None


def still_open(room: Room) -> bool:
    """Whether whoever asked for the token could ask for it now."""
    if room.login:
        return _may_officer_listen(room)
    if room.service == _DEMO and settings.ENV.bureau_access == "demo":
        return True
    return is_in_force(room.service, DESK) if room.service else True


def _may_officer_listen(room: Room) -> bool:
    login = find_session(room.login)
    if login is None or not is_complete(login):
        return False
    try:
        access.grievance_for(Caller(user=login.user), room.case_name)
    except NotFound:
        return False
    return True
