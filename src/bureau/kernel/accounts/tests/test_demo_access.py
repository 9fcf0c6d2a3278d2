"""BUREAU_ACCESS=demo: a nameless caller on this machine acts as the demo user."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest
from tests.fixtures import SetEnvironment

from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.peers import calls_for_itself
from bureau.kernel.accounts.tests.cast import (
    ME,
    PASSWORD,
    add_person,
    connection_here,
    nobody,
    nobody_here,
    sign_in,
)

PROFILE = "/api/auth/profile/"


@pytest.fixture
def link() -> Iterator[socket.socket]:
    """A connection of this very process."""
    with connection_here() as near:
        yield near


@pytest.fixture
def analyst(db: None) -> User:
    return add_person("analyst", Role.ANALYST)


def test_it_is_off_unless_asked_for(
    analyst: User, environment: SetEnvironment, link: socket.socket
) -> None:
    assert nobody_here(link).get(ME).status_code == 403
    environment(bureau_access="demo")
    assert nobody_here(link).get(ME).json()["username"] == "analyst"
    changed = nobody_here(link).patch(PROFILE, {"first_name": "Lena"})
    assert changed.json()["first_name"] == "Lena"


def test_only_this_machine_may_be_nameless(
    analyst: User, environment: SetEnvironment, link: socket.socket
) -> None:
    environment(bureau_access="demo")
    with connection_here("::1") as near:
        assert nobody_here(near).get(ME).status_code == 200
    assert nobody_here(link).get(ME, REMOTE_ADDR="10.0.0.5").status_code == 403
    assert nobody_here(link).get(ME, REMOTE_ADDR="").status_code == 403


@pytest.mark.parametrize(
    "header",
    [
        "HTTP_X_FORWARDED_FOR",
        "HTTP_X_FORWARDED_HOST",
        "HTTP_X_REAL_IP",
        "HTTP_FORWARDED",
        "HTTP_VIA",
        "HTTP_CF_CONNECTING_IP",
    ],
)
def test_a_proxy_on_this_machine_does_not_lend_its_address(
    header: str, analyst: User, environment: SetEnvironment, link: socket.socket
) -> None:
    environment(bureau_access="demo", trusted_proxies=["127.0.0.1"])
    assert nobody_here(link).get(ME, **{header: "127.0.0.1"}).status_code == 403


@pytest.mark.security("demo access through a proxy of this machine that adds no header")
@pytest.mark.parametrize(
    ("listens_on", "status"), [("0.0.0.0", 403), ("127.0.0.1", 200), (None, 200)]
)
def test_who_takes_connections_from_other_machines_speaks_for_them(
    listens_on: str | None,
    status: int,
    analyst: User,
    environment: SetEnvironment,
    link: socket.socket,
) -> None:
    environment(bureau_access="demo")
    if listens_on is None:
        assert nobody_here(link).get(ME).status_code == status
        return
    with socket.create_server((listens_on, 0)):
        assert nobody_here(link).get(ME).status_code == status


@pytest.mark.security("demo access by a proxy that runs under an account of its own")
def test_another_account_of_this_machine_may_only_if_it_is_named(link: socket.socket) -> None:
    ports = (link.getsockname()[1], link.getpeername()[1])
    us, another = os.geteuid(), os.geteuid() + 1
    assert calls_for_itself(*ports, us, [])
    assert not calls_for_itself(*ports, another, [])
    assert calls_for_itself(*ports, another, [us])


def test_a_connection_that_nobody_knows_is_nobody(
    analyst: User, environment: SetEnvironment
) -> None:
    environment(bureau_access="demo")
    assert nobody().get(ME).status_code == 403
    with connection_here() as near:
        gone = nobody_here(near)
    assert gone.get(ME).status_code == 403


def test_pages_of_other_sites_open_in_the_browser_are_refused(
    analyst: User, environment: SetEnvironment, link: socket.socket
) -> None:
    environment(bureau_access="demo")
    for origin in ("https://evil.example", "null"):
        refused = nobody_here(link).patch(PROFILE, {"first_name": "Eve"}, HTTP_ORIGIN=origin)
        assert refused.status_code == 403
    own = nobody_here(link).patch(PROFILE, {"first_name": "Lena"}, HTTP_ORIGIN="http://testserver")
    assert own.status_code == 200


def test_who_presents_something_is_taken_at_their_word(
    analyst: User, patient: User, environment: SetEnvironment, link: socket.socket
) -> None:
    environment(bureau_access="demo")
    assert sign_in("patient").get(ME).json()["username"] == "patient"
    assert nobody_here(link).get(ME, HTTP_AUTHORIZATION="Bearer nonsense").status_code == 401


def test_how_the_demo_user_signs_in_is_not_for_the_nameless_to_change(
    analyst: User, environment: SetEnvironment, link: socket.socket
) -> None:
    environment(bureau_access="demo")
    body = {"old_password": PASSWORD, "new_password": "a longer and better secret"}
    assert nobody_here(link).post("/api/auth/change-password/", body).status_code == 403
    for route in ("setup-otp", "confirm-otp-setup", "verify-otp"):
        assert nobody_here(link).post(f"/api/auth/{route}/", {"otp_token": "1"}).status_code == 403


def test_a_missing_or_closed_demo_user_is_nobody(
    analyst: User, environment: SetEnvironment, link: socket.socket
) -> None:
    environment(bureau_access="demo", bureau_demo_user="absent")
    assert nobody_here(link).get(ME).status_code == 403
    environment(bureau_demo_user="analyst")
    assert nobody_here(link).get(ME).status_code == 200
    User.objects.update(is_active=False)
    assert nobody_here(link).get(ME).status_code == 403
