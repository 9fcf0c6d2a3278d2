"""Who is calling this desk: a bot, an officer or administrator, or somebody who files a complaint.

People who complain have no accounts. What they hold is a signed token (`Bearer bct_…`) that opens
the draft they are filling in, the case of their receipt, or all cases of a phone number or mail
box that they have proved to be theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from django.core import signing
from django.http import HttpRequest

from bureau.kernel.accounts.auth import (
    BEARER,
    credentials_in,
    service_or_signed_in,
)
from bureau.kernel.accounts.models import Role, ServiceKey, User
from bureau.kernel.errors import BadCredentials, NotAllowed, NotSignedIn

DESK = "grievances"
PREFIX = "bct_"
_SALT = "bureau.grievances.caller"


class Scope(StrEnum):
    """What a token stands for."""

    DRAFT = "draft"
    CASE = "case"
    PERSON = "person"


LIFETIMES = {
    # a draft may be finished tomorrow; what opens a filed case is made anew from receipt or code
    Scope.DRAFT: timedelta(hours=24),
    Scope.CASE: timedelta(hours=1),
    Scope.PERSON: timedelta(hours=1),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever made a request.

    Attributes:
        user: an account; service: the name of a service key; scope and ids: a complainant's token
            (ids of cases, or of complainants for `Scope.PERSON`).
    """

    user: User | None = None
    service: str = ""
    scope: Scope | None = None
    ids: frozenset[int] = field(default_factory=frozenset)

    @property
    def is_nobody(self) -> bool:
        """Nothing was presented."""
        return self.user is None and not self.service and self.scope is None

    @property
    def is_complainant(self) -> bool:
        """A token of somebody who files or filed a complaint."""
        return self.scope is not None

    @property
    def is_officer(self) -> bool:
        """Somebody who may decide about cases: an officer or an administrator."""
        return self.user is not None and (self.user.is_admin or self.user.role == Role.OFFICER)

    @property
    def actor(self) -> str:
        """How the log names the caller."""
        if self.user is not None:
            return f"user:{self.user.pk}"
        if self.service:
            return f"service:{self.service}"
        return "complainant" if self.is_complainant else ""


class DeskRequest(HttpRequest):
    """A request that passed one of this desk's doors."""

    auth: Caller


def anyone(request: HttpRequest) -> Caller:
    """Everybody, also without anything; what is presented and wrong is refused.

    Raises:
        BadCredentials: a token or key that is unknown, over or altered.
    """
    token = credentials_in(request.headers.get("Authorization", ""), BEARER)
    if token.startswith(PREFIX):
        return read_token(token)
    try:
        found = service_or_signed_in(DESK)(request)
    except NotSignedIn:
        return Caller()
    if isinstance(found, ServiceKey):
        return Caller(service=found.name)
    if getattr(request, "login_session", None) is None:
        # the nameless caller of a demo takes the bot's seat, as the contract's examples expect
        return Caller(service="demo")
    return Caller(user=found)


def known(request: HttpRequest) -> Caller:
    """Everybody who presented something.

    Raises:
        NotSignedIn: nothing was presented.
    """
    caller = anyone(request)
    if caller.is_nobody:
        raise NotSignedIn
    return caller


def _who(request: HttpRequest, may: Callable[[Caller], object]) -> Caller:
    caller = known(request)
    if not may(caller):
        raise NotAllowed
    return caller


def officer(request: HttpRequest) -> Caller:
    """Officers and administrators.

    Raises:
        NotSignedIn, NotAllowed: anyone else.
    """
    return _who(request, lambda caller: caller.is_officer)


def service(request: HttpRequest) -> Caller:
    """The desk's service keys: bots and workers elsewhere.

    Raises:
        NotSignedIn, NotAllowed: anyone else.
    """
    return _who(request, lambda caller: caller.service)


def service_or_officer(request: HttpRequest) -> Caller:
    """Bots, officers and administrators.

    Raises:
        NotSignedIn, NotAllowed: anyone else.
    """
    return _who(request, lambda caller: caller.service or caller.is_officer)


def write_token(scope: Scope, ids: Sequence[int]) -> str:
    """A token for these cases (or, for `Scope.PERSON`, complainants)."""
    return PREFIX + signing.dumps([scope.value, list(ids)], salt=_SALT)


def read_token(token: str) -> Caller:
    """Who holds a token.

    Raises:
        BadCredentials: altered, over, or no token of ours.
    """
    text = token.removeprefix(PREFIX)
    try:
        scope, ids = signing.loads(text, salt=_SALT)
        signing.loads(text, salt=_SALT, max_age=LIFETIMES[Scope(scope)])
    except (signing.BadSignature, ValueError, TypeError):
        raise BadCredentials("The token is unknown or over. Ask for a new one.") from None
    return Caller(scope=Scope(scope), ids=frozenset(ids))
