"""The callers of the matrix, and how each of them proves who they are."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, auto
from importlib import import_module

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from bureau.kernel.accounts.models import LoginSession, Role, TotpDevice, User
from bureau.kernel.accounts.services.keys import issue_service_key
from bureau.kernel.accounts.sessions import (
    BROWSER_KEY,
    LONGEST_LIFE,
    end,
    open_session,
    tokens_of,
)
from bureau.kernel.accounts.tokens import LIFETIMES, Claims, write_token
from bureau.kernel.accounts.totp import new_secret

PASSWORD = "correct horse battery staple"
# what a page of ours sends back from its cookie; any 32 letters will do
CSRF = "abcdefghijklmnopqrstuvwxyzABCDEF"


class Caller(StrEnum):
    """Who may knock. Whatever is wrong with a caller is wrong with an administrator here, so that
    a door which forgets to ask lets somebody in and is noticed."""

    NOBODY = auto()
    EXPIRED = auto()  # an administrator's sign-in, past its time
    ENDED = auto()  # an administrator's sign-in, after signing out
    PENDING = auto()  # an administrator whose second factor is still to come
    PATIENT = auto()
    DOCTOR = auto()
    DOCTOR2 = auto()  # the doctor's colleague
    OFFICER = auto()
    OFFICER2 = auto()  # an officer of another office
    ANALYST = auto()  # owns every object of the matrix
    ANALYST2 = auto()  # the owner's colleague: same role, not their object
    ADMIN = auto()
    AUDITOR = auto()
    BOT = auto()  # a service key of the grievances desk


class Way(StrEnum):
    """How a person proves who they are."""

    TOKEN = auto()
    BROWSER = auto()


ROLES = {
    Caller.EXPIRED: Role.ADMIN,
    Caller.ENDED: Role.ADMIN,
    Caller.PENDING: Role.ADMIN,
    Caller.PATIENT: Role.PATIENT,
    Caller.DOCTOR: Role.DOCTOR,
    Caller.DOCTOR2: Role.DOCTOR,
    Caller.OFFICER: Role.OFFICER,
    Caller.OFFICER2: Role.OFFICER,
    Caller.ANALYST: Role.ANALYST,
    Caller.ANALYST2: Role.ANALYST,
    Caller.ADMIN: Role.ADMIN,
    Caller.AUDITOR: Role.AUDITOR,
}
PEOPLE = (
    Caller.PATIENT,
    Caller.DOCTOR,
    Caller.DOCTOR2,
    Caller.OFFICER,
    Caller.OFFICER2,
    Caller.ANALYST,
    Caller.ANALYST2,
    Caller.ADMIN,
    Caller.AUDITOR,
)


@dataclass
class Cast:
    """Everybody of the matrix: accounts, and the headers they send, by way."""

    users: dict[Caller, User]
    headers: dict[Way, dict[Caller, dict[str, str]]]
    refresh_token: str

    @property
    def owner(self) -> User:
        """Whose the objects of the matrix are."""
        return self.users[Caller.ANALYST]


def assemble() -> Cast:
    """Make the accounts and sign everybody in, each in their own way."""
    password = make_password(PASSWORD)
    users = {
        caller: User.objects.create(
            username=caller, email=f"{caller}@example.org", role=role, password=password
        )
        for caller, role in ROLES.items()
    }
    TotpDevice.objects.create(
        user=users[Caller.PENDING], secret=new_secret(), confirmed_at=timezone.now()
    )
    strangers = {
        Caller.NOBODY: {},
        Caller.BOT: {"X-API-Key": issue_service_key("bot", "grievances")},
    }
    headers = {
        Way.TOKEN: strangers | {who: _token(who, user) for who, user in users.items()},
        Way.BROWSER: strangers | {who: _cookie(who, user) for who, user in users.items()},
    }
    refresh = tokens_of(open_session(users[Caller.PATIENT])).refresh
    return Cast(users, headers, refresh)


def _token(caller: Caller, user: User) -> dict[str, str]:
    login = _sign_in(caller, user)
    token = tokens_of(login).access
    if caller is Caller.EXPIRED:
        claims = Claims("access", login.user_id, login.pk, uuid.uuid4())
        past = timezone.now() - LIFETIMES["access"] - timedelta(minutes=1)
        token = write_token(claims, now=past)
    return {"Authorization": f"Bearer {token}"}


def _cookie(caller: Caller, user: User) -> dict[str, str]:
    login = _sign_in(caller, user)
    if caller is Caller.EXPIRED:
        past = timezone.now() - LONGEST_LIFE - timedelta(minutes=1)
        LoginSession.objects.filter(pk=login.pk).update(created_at=past)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[BROWSER_KEY] = str(login.pk)
    store.save()
    cookies = f"{settings.SESSION_COOKIE_NAME}={store.session_key}; csrftoken={CSRF}"
    return {"Cookie": cookies, "X-CSRFToken": CSRF}


def _sign_in(caller: Caller, user: User) -> LoginSession:
    login = open_session(user)
    if caller is Caller.ENDED:
        end(login, "signed_out")
    return login
