"""Who opens a socket (promise A7), and tickets for it."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.cache import cache
from tests.fixtures import SetEnvironment

from bureau.kernel.accounts.auth import still_signed_in, user_of_scope
from bureau.kernel.accounts.models import LoginSession, Role, User
from bureau.kernel.accounts.tests.cast import (
    TICKET,
    Caller,
    add_person,
    browse_as,
    connection_here,
    give_second_factor,
    nobody,
    nobody_here,
    sign_in,
)
from bureau.kernel.accounts.tickets import _key

# the sockets' way to the database closes connections, and with one a test's transaction
pytestmark = pytest.mark.django_db(transaction=True)


def scope(query: str = "", peer: str = "203.0.113.7", **headers: str) -> dict[str, Any]:
    pairs = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return {
        "type": "websocket",
        "client": (peer, 50000),
        "query_string": query.encode(),
        "headers": pairs,
    }


def who(opened: dict[str, Any]) -> User | None:
    return async_to_sync(user_of_scope)(opened)


def ticket_of(caller: Caller) -> str:
    return str(caller.get(TICKET).json()["ticket"])


def test_a_ticket_opens_one_socket(patient: User) -> None:
    ticket = ticket_of(sign_in("patient"))
    assert who(scope(f"ticket={ticket}")) == patient
    assert who(scope(f"ticket={ticket}")) is None


def test_a_ticket_dies_with_its_sign_in_or_its_minute(patient: User) -> None:
    caller = sign_in("patient")
    first, second = ticket_of(caller), ticket_of(caller)
    cache.delete(_key(first))
    assert who(scope(f"ticket={first}")) is None
    caller.post("/api/auth/logout/")
    assert who(scope(f"ticket={second}")) is None


def test_the_cache_does_not_hold_the_ticket_itself(patient: User) -> None:
    assert ticket_of(sign_in("patient")) not in _key("any")
    ticket = ticket_of(sign_in("patient"))
    assert ticket not in _key(ticket)


def test_tickets_are_for_who_is_fully_signed_in(patient: User) -> None:
    assert nobody().get(TICKET).status_code == 403
    caller = sign_in("patient")
    assert caller.call("head", TICKET).status_code == 200
    ticket = ticket_of(caller)
    give_second_factor(patient)
    assert caller.get(TICKET).status_code == 403
    assert who(scope(f"ticket={ticket}")) is None


def test_a_bearer_token_opens_a_socket_in_a_header_and_not_in_the_address(patient: User) -> None:
    caller = sign_in("patient")
    assert who(scope(authorization=f"Bearer {caller.access}")) == patient
    assert who(scope(f"token={caller.access}")) is None
    assert who(scope(f"ticket={caller.access}")) is None
    assert who(scope(authorization=f"Bearer {caller.refresh}")) is None


def test_the_browsers_cookie_opens_a_socket(patient: User) -> None:
    browser = browse_as("patient")
    cookie = f"sessionid={browser.client.cookies['sessionid'].value}"
    assert who(scope(cookie=cookie)) == patient
    LoginSession.objects.update(revoked_at="2020-01-01T00:00:00Z")
    assert who(scope(cookie=cookie)) is None
    assert who(scope(cookie="sessionid=nonsense")) is None


def test_a_wrong_ticket_is_not_made_up_for_by_a_cookie(patient: User) -> None:
    browser = browse_as("patient")
    cookie = f"sessionid={browser.client.cookies['sessionid'].value}"
    assert who(scope("ticket=wrong", cookie=cookie)) is None


def test_nobody_opens_a_socket(db: None) -> None:
    assert who(scope()) is None
    assert who(scope(peer="127.0.0.1")) is None
    assert who({**scope(), "client": None}) is None


def test_an_open_socket_learns_that_its_sign_in_has_ended(patient: User) -> None:
    caller = sign_in("patient")
    opened = scope(authorization=f"Bearer {caller.access}")
    who(opened)
    assert async_to_sync(still_signed_in)(opened) is True
    caller.post("/api/auth/logout/")
    assert async_to_sync(still_signed_in)(opened) is False


def test_a_nameless_caller_on_loopback_is_the_demo_user_when_the_demo_is_on(
    environment: SetEnvironment,
) -> None:
    analyst = add_person("analyst", Role.ANALYST)
    with connection_here() as link:

        def here(query: str = "", **headers: str) -> dict[str, Any]:
            ends = {"client": link.getsockname(), "server": link.getpeername()}
            return {**scope(query, **headers), **ends}

        assert who(here()) is None
        environment(bureau_access="demo")
        opened = here()
        assert who(opened) == analyst
        assert async_to_sync(still_signed_in)(opened) is True
        assert who(scope(peer="203.0.113.7")) is None
        assert who(scope(peer="127.0.0.1")) is None
        assert who(here(x_forwarded_for="203.0.113.7")) is None
        assert who(here("ticket=wrong")) is None

        ticket = ticket_of(nobody_here(link))
        assert who(here(f"ticket={ticket}")) == analyst
        elsewhere = ticket_of(nobody_here(link))
        assert who(scope(f"ticket={elsewhere}")) is None
        environment(bureau_mfa="staff")
        assert who(here()) is None
