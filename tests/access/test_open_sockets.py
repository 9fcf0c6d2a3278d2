"""Sockets that are open: they end with the sign-in behind them, and take small frames only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.test import Client

from bureau.kernel.accounts.models import LoginSession, User
from bureau.kernel.accounts.services import people, second_factor
from bureau.kernel.events import standing
from tests.access.callers import PEOPLE, Way
from tests.access.matrix import SOCKETS
from tests.access.requests import Objects
from tests.access.routes import path_of
from tests.access.rules import OPEN
from tests.access.test_sockets import PATIENCE, _headers, _socket

# longer than any test takes: what ends a socket here is the event, not the clock
NEVER = 3600.0
AT_ONCE = 20.0
# what a caller may do to somebody's account, and the code that their sockets are closed with
Ending = Callable[[Objects, User], object]


def _signs_out(objects: Objects, user: User) -> None:
    headers = next(
        objects.cast.headers[Way.TOKEN][who] for who in PEOPLE if objects.cast.users[who] == user
    )
    assert Client().post("/api/auth/logout/", headers=headers).status_code == 200


def _is_deactivated(objects: Objects, user: User) -> None:
    boss = User.objects.create(username="boss", role="admin", is_superuser=True)
    people.update_user(boss, user, {"is_active": False})


def _loses_the_second_factor(objects: Objects, user: User) -> None:
    second_factor.remove_second_factor(user, None)


def _is_ended_without_an_event(objects: Objects, user: User) -> None:
    LoginSession.objects.filter(user=user).update(revoked_at="2020-01-01T00:00:00Z")


async def _opened(objects: Objects, route: str) -> tuple[ApplicationCommunicator, User]:
    who = next(who for who in PEOPLE if SOCKETS[route][who] == OPEN)
    path = path_of(route, objects.ids_for(route))
    socket = _socket(path, _headers(objects, who))
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output(PATIENCE))["type"] == "websocket.accept"
    await _say(socket, '"still there?"')
    while "still there?" not in (await socket.receive_output(PATIENCE)).get("text", ""):
        pass
    return socket, objects.cast.users[who]


async def _say(socket: ApplicationCommunicator, text: str) -> None:
    await socket.send_input({"type": "websocket.receive", "text": text})


async def _code(socket: ApplicationCommunicator) -> int:
    while True:
        message = await socket.receive_output(AT_ONCE)
        if message["type"] == "websocket.close":
            await socket.send_input({"type": "websocket.disconnect", "code": message["code"]})
            await socket.wait(PATIENCE)
            return int(message["code"])


@pytest.mark.security("listening on at an open socket after signing out or being deactivated")
@pytest.mark.parametrize(
    "end", [_signs_out, _is_deactivated, _loses_the_second_factor], ids=lambda one: one.__name__
)
@pytest.mark.parametrize("route", SOCKETS)
def test_an_open_socket_ends_at_once_with_the_sign_in(
    committed: Objects, monkeypatch: pytest.MonkeyPatch, route: str, end: Ending
) -> None:
    monkeypatch.setattr(standing, "RECHECK_SECONDS", NEVER)

    async def check() -> None:
        socket, user = await _opened(committed, route)
        await sync_to_async(end, thread_sensitive=True)(committed, user)
        assert await _code(socket) == 4001

    async_to_sync(check)()


@pytest.mark.parametrize("route", SOCKETS)
def test_an_open_socket_asks_again_also_when_no_event_tells(
    committed: Objects, monkeypatch: pytest.MonkeyPatch, route: str
) -> None:
    monkeypatch.setattr(standing, "RECHECK_SECONDS", 0.2)

    async def check() -> None:
        socket, user = await _opened(committed, route)
        await sync_to_async(_is_ended_without_an_event)(committed, user)
        assert await _code(socket) == 4001

    async_to_sync(check)()


@pytest.mark.security("sending sockets frames that are too large, or JSON nested too deeply")
@pytest.mark.parametrize(
    "frame",
    ["[" * 9_000, '[1, "]]]", ' * 60 + "1" + "]" * 60, '{"a":' * 60 + "1" + "}" * 60, "1" * 30_000],
    ids=["never closed", "deep list", "deep object", "large"],
)
@pytest.mark.parametrize("route", SOCKETS)
def test_a_frame_that_nobody_needs_ends_the_socket_cleanly(
    committed: Objects, route: str, frame: str
) -> None:
    async def check() -> None:
        socket, _ = await _opened(committed, route)
        await _say(socket, frame)
        assert await _code(socket) == 1009

    async_to_sync(check)()


def test_many_small_objects_are_no_deep_frame(committed: Objects) -> None:
    flat = '[{"a": "[[[["}, ' + "[], " * 900 + "1]"

    async def check() -> None:
        socket, _ = await _opened(committed, "/ws/jobs/<int:id>/")
        await _say(socket, flat)
        assert "echo" in (await socket.receive_output(PATIENCE))["text"]
        await socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await socket.wait(PATIENCE)

    async_to_sync(check)()
