"""Signing in and out."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from bureau.kernel.accounts import audit
from bureau.kernel.accounts.addresses import address_of
from bureau.kernel.accounts.errors import (
    REQUIRED,
    FreshSignInRequired,
    PasswordRequired,
    field_errors,
)
from bureau.kernel.accounts.hashing import is_password_of
from bureau.kernel.accounts.models import Attempt, LoginSession, User
from bureau.kernel.accounts.sessions import (
    BROWSER_KEY,
    Tokens,
    end,
    find_session,
    open_session,
    tokens_of,
)
from bureau.kernel.accounts.throttle import Suspect, within_budget
from bureau.kernel.errors import BadCredentials
from bureau.kernel.vault.keyring import digest

FRESH = timedelta(minutes=5)
LONGEST_NAME, LONGEST_PASSWORD = 150, 1024
# what Django's session names; passwords are checked here and nowhere else
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class SignIn:
    """A sign-in just made: its row (with the user) and its first tokens."""

    login: LoginSession
    tokens: Tokens


def sign_in(request: HttpRequest, username: str, password: str) -> SignIn:
    """Check name and password; begin a sign-in with a browser session and tokens.

    For a person with a second factor it stays pending until `verify_second_factor`.

    Raises:
        BadCredentials: the same answer for an unknown name, a wrong password, a closed account.
        TooManyRequests: too many failures for this name or from this address.
    """
    user = check_password(request, username, password)
    if user is None:
        raise BadCredentials(body={"error": "Invalid credentials"})
    return begin_sign_in(request, user)


@transaction.atomic
def begin_sign_in(request: HttpRequest, user: User) -> SignIn:
    """Begin a sign-in of who has shown who they are: a browser session and tokens.

    Raises:
        BadCredentials: the account was closed meanwhile.
    """
    auth.login(request, user, backend=BACKEND)
    login = find_session(request.session[BROWSER_KEY])
    if login is None:
        raise BadCredentials(body={"error": "Invalid credentials"})
    audit.record("account.signed_in", user, user, second_factor_due=login.is_pending)
    return SignIn(login=login, tokens=tokens_of(login))


def check_password(request: HttpRequest, username: str, password: str) -> User | None:
    """The active user with this name and password, or None; failures are charged.

    A password is hashed for unknown names too, so the work is nearly the same.

    Raises:
        InvalidInput: no name or password is that long.
        TooManyRequests: see `throttle.within_budget`.
        Unavailable: too many passwords are being hashed.
    """
    _refuse_long(username=(username, LONGEST_NAME), password=(password, LONGEST_PASSWORD))
    return within_budget(
        Suspect(Attempt.Kind.SIGN_IN, address_of(request), account_digest(username)),
        trial=partial(_authenticate, username, password),
        on_failure=partial(_record_failure, username),
    )


def confirm_password(request: HttpRequest, login: LoginSession, password: str) -> None:
    """Ask who is signed in for the password again, before a change that would outlast the sign-in.

    Who signs in elsewhere and has no password here must have done so within `FRESH`.

    Raises:
        PasswordRequired: none came.
        InvalidInput: it is wrong.
        FreshSignInRequired: there is none, and the sign-in is older.
        TooManyRequests: too many wrong ones.
    """
    if not login.user.has_usable_password():
        if timezone.now() - login.created_at > FRESH:
            raise FreshSignInRequired
        return
    if not password:
        raise PasswordRequired(fields={"password": [REQUIRED]})
    if check_password(request, login.user.username, password) is None:
        raise field_errors({"password": ["The password is wrong."]})


def account_digest(username: str) -> str:
    """The keyed digest that failures for a name are counted under; look-alike spellings share it."""
    return digest(unicodedata.normalize("NFKC", username).casefold().strip(), "accounts.attempt")


def begin_browser_session(
    sender: object, request: HttpRequest, user: User, **_kwargs: object
) -> None:
    """Give every browser session that Django opens (whoever called `login`) its sign-in row."""
    request.session[BROWSER_KEY] = str(open_session(user).pk)


@transaction.atomic
def sign_out(request: HttpRequest, login: LoginSession | None) -> None:
    """End the sign-in and the browser session; nothing happens to who is not signed in."""
    if login is not None and end(login, "signed_out"):
        audit.record("account.signed_out", login.user, login.user)
    auth.logout(request)


def _refuse_long(**fields: tuple[str, int]) -> None:
    # a name is normalised and looked up, a password hashed: nobody gets to do that with megabytes
    long = {
        name: [f"This has {len(value)} characters; at most {most} are allowed."]
        for name, (value, most) in fields.items()
        if len(value) > most
    }
    if long:
        raise field_errors(long)


def _authenticate(username: str, password: str) -> User | None:
    user = User.objects.filter(username=username).first()
    right = is_password_of(user, password)
    return user if user is not None and right and user.is_active else None


def _record_failure(username: str) -> None:
    # no name goes into the event: what was typed may be anybody's, even a password
    audit.record("account.sign_in_failed", User.objects.filter(username=username).first(), None)
