"""The front door: who is calling, and what kind of caller a route lets in.

Routes name one of these callables as Ninja's `auth`; each returns who called and sets
`request.login_session`. Nothing presented is refused with 403 (NotSignedIn), something wrong,
expired or ended with 401 (BadCredentials).
"""

from __future__ import annotations

import os
from collections.abc import Callable, MutableMapping
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from django.conf import settings
from django.http import HttpRequest, parse_cookie

from bureau.kernel.accounts.addresses import PROXY_HEADERS, is_loopback
from bureau.kernel.accounts.csrf import refuse_foreign_origin, refuse_forged_change
from bureau.kernel.accounts.errors import (
    PasswordChangeRequired,
    SecondFactorRequired,
    SecondFactorSetupRequired,
)
from bureau.kernel.accounts.models import LoginSession, ServiceKey, User
from bureau.kernel.accounts.peers import calls_for_itself
from bureau.kernel.accounts.services.keys import find_service_key
from bureau.kernel.accounts.sessions import (
    BROWSER_KEY,
    browser_session,
    find_session,
    session_of_access_token,
    session_of_old_token,
)
from bureau.kernel.accounts.tickets import redeem_ticket
from bureau.kernel.accounts.tokens import read_token
from bureau.kernel.errors import BadCredentials, NotAllowed, NotSignedIn

BEARER = "bearer"
API_KEY = "api-key"
Scope = MutableMapping[str, Any]
# where a socket's scope keeps the id of its sign-in
_SCOPE_KEY = "login_session_id"


class AuthedRequest(HttpRequest):
    """A request that passed one of the doors for people."""

    auth: User
    # None when a nameless caller acts as the demo user
    login_session: LoginSession | None


def signed_in(request: HttpRequest) -> User:
    """Any person who is fully signed in.

    Raises:
        NotSignedIn, BadCredentials, CsrfFailed: see the module.
        SecondFactorRequired: password right, second factor still to come or to be set up.
        PasswordChangeRequired: the password is a temporary one.
        NotAllowed: a service key was presented.
    """
    user = signed_in_for_own_account(request)
    if staff_lacks_second_factor(user, _session_found(request)):
        raise SecondFactorSetupRequired
    if user.password_is_temporary:
        raise PasswordChangeRequired
    return user


def signed_in_for_own_account(request: HttpRequest) -> User:
    """Like `signed_in`, also open to who has yet to set up a second factor or choose a password."""
    user = signed_in_or_pending(request)
    login = _session_found(request)
    if login is not None and login.is_pending:
        raise SecondFactorRequired
    return user


def signed_in_or_pending(request: HttpRequest) -> User:
    """Anyone whose password was right; only for verifying the second factor."""
    if service_key_in(request):
        raise NotAllowed("This route is for people; a service key does not open it.")
    login = _presented_session(request)
    user = login.user if login else demo_user(request)
    if user is None:
        raise NotSignedIn
    request.login_session = login  # type: ignore[attr-defined]  # see AuthedRequest
    request.user = user
    return user


def admin_only(request: HttpRequest) -> User:
    """Administrators and superusers.

    Raises:
        NotAllowed: the person is signed in and not an administrator; else as `signed_in`.
    """
    user = signed_in(request)
    if not user.is_admin:
        raise NotAllowed
    return user


def service_or_signed_in(desk: str) -> Callable[[HttpRequest], User | ServiceKey]:
    """A door for people and for the service keys of one desk.

    The returned callable raises as `signed_in`; BadCredentials for an unknown or revoked key,
    NotAllowed for another desk's key.
    """

    def door(request: HttpRequest) -> User | ServiceKey:
        presented = service_key_in(request)
        if not presented:
            return signed_in(request)
        key = find_service_key(presented)
        if key is None:
            raise BadCredentials("The service key is unknown or revoked.")
        if key.desk != desk:
            raise NotAllowed(f"This service key does not open the {desk} desk.")
        return key

    return door


def session_to_sign_out(request: HttpRequest) -> LoginSession | None:
    """The sign-in a caller wants to end: pending ones and those of expired tokens too.

    Raises:
        CsrfFailed: another site's page sent the request.
    """
    token = credentials_in(request.headers.get("Authorization", ""), BEARER)
    if token:
        return session_of_old_token(token)
    if request.session.get(BROWSER_KEY):
        refuse_forged_change(request)
    return browser_session(request)


def page_user(request: HttpRequest) -> User | None:
    """Who looks at a page: the browser session's user, if nothing more is asked of them."""
    login = browser_session(request)
    return login.user if login and is_complete(login) else None


def demo_user(request: HttpRequest) -> User | None:
    """Whom a nameless caller acts as under BUREAU_ACCESS=demo, if this caller may."""
    headers = {name.lower() for name in request.headers}
    peer, port = request.META.get("REMOTE_ADDR", ""), request.META.get("REMOTE_PORT", 0)
    server_port = request.META.get("SERVER_PORT", 0)
    if not may_act_as_demo_user(peer, headers, (int(port or 0), int(server_port or 0))):
        return None
    # any page the browser has open could send requests to loopback
    refuse_foreign_origin(request)
    return _seeded_demo_user()


def may_act_as_demo_user(peer: str, header_names: set[str], ports: tuple[int, int]) -> bool:
    """Demo access is on, and whoever calls is at this machine and does not speak for somebody else.

    Args:
        peer: address of the other end.
        header_names: names of the request's headers, in lower case.
        ports: of the other end and of ours.
    """
    env = settings.ENV
    if env.bureau_access != "demo" or not is_loopback(peer):
        return False
    if any(name in PROXY_HEADERS or name.startswith("x-forwarded-") for name in header_names):
        return False
    return calls_for_itself(*ports, os.geteuid(), [int(one) for one in env.bureau_demo_accounts])


def is_complete(login: LoginSession) -> bool:
    """Whether a sign-in opens doors: no second factor is still to come or to be set up, and the
    password is the person's own."""
    if login.is_pending or login.user.password_is_temporary:
        return False
    return not staff_lacks_second_factor(login.user, login)


def staff_lacks_second_factor(user: User, login: LoginSession | None) -> bool:
    """BUREAU_MFA=staff: who works here and signed in without a second factor stays outside."""
    done = login is not None and login.second_factor_done
    return settings.ENV.bureau_mfa == "staff" and user.is_house_staff and not done


def service_key_in(request: HttpRequest) -> str:
    """The service key a request carries, or an empty string."""
    return request.headers.get("X-API-Key", "") or credentials_in(
        request.headers.get("Authorization", ""), API_KEY
    )


def credentials_in(header: str, scheme: str) -> str:
    """What an Authorization header holds under this scheme, or an empty string."""
    name, _, value = header.partition(" ")
    return value.strip() if name.lower() == scheme else ""


def _session_found(request: HttpRequest) -> LoginSession | None:
    login: LoginSession | None = getattr(request, "login_session", None)
    return login


def _seeded_demo_user() -> User | None:
    return User.objects.filter(username=settings.ENV.bureau_demo_user, is_active=True).first()


def _presented_session(request: HttpRequest) -> LoginSession | None:
    token = credentials_in(request.headers.get("Authorization", ""), BEARER)
    if token:
        return session_of_access_token(token)
    if not request.session.get(BROWSER_KEY):
        return None
    login = browser_session(request)
    if login is None:
        raise BadCredentials("Your sign-in has ended. Sign in again.")
    refuse_forged_change(request)
    return login


async def user_of_scope(scope: Scope) -> User | None:
    """Who opens a socket, or None: the caller then refuses it.

    Looked for in this order: `?ticket=`, an Authorization header, the browser session's cookie,
    demo access. What is presented and wrong is never made up for by a later one. Tokens in the
    address are not read: addresses end up in logs. The origin must have been checked before.
    """
    user: User | None = await database_sync_to_async(_user_of_scope)(scope)
    return user


async def still_signed_in(scope: Scope) -> bool:
    """Whether the sign-in behind an open socket still stands; for long-lived sockets to ask again.

    `scope` is one that `user_of_scope` has seen.
    """
    stands: bool = await database_sync_to_async(_still_signed_in)(scope)
    return stands


async def presents_credentials(scope: Scope) -> bool:
    """Whether who opens a socket claims to be somebody: then `user_of_scope` alone decides.

    For sockets that also serve the nameless: who presents something wrong is not one of them.
    """
    claims: bool = await database_sync_to_async(_presents_credentials)(scope)
    return claims


def _presents_credentials(scope: Scope) -> bool:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    if "authorization" in headers or "x-api-key" in headers:
        return True
    try:
        return _session_id_of_scope(scope, headers) is not None
    except BadCredentials:
        return True


def _user_of_scope(scope: Scope) -> User | None:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    try:
        session_id = _session_id_of_scope(scope, headers)
    except BadCredentials:
        return None
    if session_id is None:
        return _demo_user_of_scope(scope, headers)
    login = find_session(session_id)
    if login is None or not is_complete(login):
        return None
    scope[_SCOPE_KEY] = login.pk
    return login.user


def _demo_user_of_scope(scope: Scope, headers: dict[str, str]) -> User | None:
    peer, port = scope.get("client") or ("", 0)
    ports = (port, (scope.get("server") or ("", 0))[1] or 0)
    user = _seeded_demo_user() if may_act_as_demo_user(peer, set(headers), ports) else None
    return user if user and not staff_lacks_second_factor(user, None) else None


def _session_id_of_scope(scope: Scope, headers: dict[str, str]) -> str | None:
    ticket = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("ticket")
    if ticket:
        return redeem_ticket(ticket[0])
    token = credentials_in(headers.get("authorization", ""), BEARER)
    if token:
        return str(read_token(token, "access").session_id)
    key = parse_cookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    store = import_module(settings.SESSION_ENGINE).SessionStore(key) if key else {}
    session_id: str | None = store.get(BROWSER_KEY)
    return session_id


def _still_signed_in(scope: Scope) -> bool:
    session_id = scope.get(_SCOPE_KEY)
    if session_id is None:
        return settings.ENV.bureau_access == "demo"
    login = find_session(session_id)
    return login is not None and is_complete(login)
