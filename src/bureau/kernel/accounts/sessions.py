"""Sign-ins: opening, finding and ending them. The row decides; tokens and cookies only name it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from bureau.kernel.accounts import audit
from bureau.kernel.accounts.errors import SecondFactorRequired
from bureau.kernel.accounts.models import LoginSession, User
from bureau.kernel.accounts.tokens import LIFETIMES, Claims, read_token, write_token
from bureau.kernel.errors import BadCredentials
from bureau.kernel.prepared import Given, Prepared

# where a Django browser session keeps the id of its sign-in
BROWSER_KEY = "login_session"
# however often it is refreshed, a sign-in ends after this long and the person signs in again
LONGEST_LIFE = timedelta(days=30)


@dataclass(frozen=True)
class Tokens:
    """A fresh pair of tokens of one sign-in."""

    access: str
    refresh: str


def open_session(user: User, *, second_factor_done: bool = False) -> LoginSession:
    """Begin a sign-in, and clear away this person's sign-ins that can no longer be used."""
    now = timezone.now()
    user.login_sessions.filter(refreshed_at__lt=now - LIFETIMES["refresh"]).delete()
    return LoginSession.objects.create(
        user=user,
        second_factor_done=second_factor_done,
        password_mark=user.get_session_auth_hash(),
    )


def find_session(session_id: uuid.UUID | str) -> LoginSession | None:
    """The sign-in with this id if it still stands, with its user and second factor: one query.

    None when it was ended or is too old, the account is closed, or the password was changed since.
    """
    login = _STANDING.first(id=session_id, oldest=timezone.now() - LONGEST_LIFE)
    if login is None:
        return None
    same = constant_time_compare(login.password_mark, login.user.get_session_auth_hash())
    return login if same else None


# every request of everybody comes by here
_STANDING = Prepared(
    lambda: LoginSession.objects.select_related("user", "user__totp_device").filter(
        pk=Given("id"),
        revoked_at=None,
        user__is_active=True,
        created_at__gt=Given("oldest"),
    )
)


def session_of_access_token(token: str) -> LoginSession:
    """The sign-in that an access token names.

    Raises:
        BadCredentials: the token is wrong or expired, or its sign-in was ended.
    """
    login = find_session(read_token(token, "access").session_id)
    if login is None:
        raise BadCredentials("Token is invalid or expired")
    return login


def session_of_old_token(token: str) -> LoginSession | None:
    """The sign-in that an access token names, even when the token itself has expired."""
    try:
        return find_session(read_token(token, "access", even_expired=True).session_id)
    except BadCredentials:
        return None


def browser_session(request: HttpRequest) -> LoginSession | None:
    """The sign-in of this request's cookie if it still stands, pending or not."""
    session_id = request.session.get(BROWSER_KEY)
    return find_session(session_id) if session_id else None


def tokens_of(login: LoginSession) -> Tokens:
    """Sign a pair for the refresh id now in force; an older refresh token is then a reused one."""
    return Tokens(
        access=write_token(Claims("access", login.user_id, login.pk, uuid.uuid4())),
        refresh=write_token(Claims("refresh", login.user_id, login.pk, login.refresh_id)),
    )


def refresh(token: str) -> Tokens:
    """Exchange a refresh token, once. A second use ends the sign-in: somebody else has a copy.

    Raises:
        BadCredentials: wrong, expired, ended or used before.
        SecondFactorRequired: the sign-in is still waiting for its second factor.
    """
    claims = read_token(token, "refresh")
    login = find_session(claims.session_id)
    if login is None:
        raise BadCredentials("Token is invalid or expired")
    if login.is_pending:
        raise SecondFactorRequired
    login.refresh_id = uuid.uuid4()
    # one conditional update: of two parallel exchanges of one token exactly one wins
    won = LoginSession.objects.filter(pk=login.pk, refresh_id=claims.token_id).update(
        refresh_id=login.refresh_id, refreshed_at=timezone.now()
    )
    if not won:
        with transaction.atomic():
            end(login, "refresh_reused")
            audit.record("account.refresh_reused", login.user, None)
        raise BadCredentials("Token is invalid or expired")
    return tokens_of(login)


def end(login: LoginSession, because: str) -> bool:
    """End one sign-in at once; False when it had been ended before."""
    ended = LoginSession.objects.filter(pk=login.pk, revoked_at=None)
    return bool(ended.update(revoked_at=timezone.now(), revoked_because=because))


def end_all(user: User, because: str, *, keep: LoginSession | None = None) -> int:
    """End every sign-in of a person, but for `keep`; returns how many."""
    standing = user.login_sessions.filter(revoked_at=None)
    if keep is not None:
        standing = standing.exclude(pk=keep.pk)
    return standing.update(revoked_at=timezone.now(), revoked_because=because)
