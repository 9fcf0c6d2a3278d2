"""Every socket against every caller, and against pages of other sites."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator

from bureau.asgi import application
from tests.access.callers import PEOPLE, Caller, Way
from tests.access.matrix import SOCKETS
from tests.access.requests import Objects
from tests.access.routes import path_of, socket_routes
from tests.access.rules import OPEN
from tests.waiting import PATIENCE

Headers = list[tuple[bytes, bytes]]
OUR_PAGE, FOREIGN_PAGE = "http://localhost", "https://evil.example"
REFUSED = -1
every_way = pytest.mark.parametrize("way", Way)


def knock(objects: Objects, who: Caller, way: Way, path: str, origin: str = OUR_PAGE) -> int:
    """Open a socket: OPEN, the code it was closed with, or REFUSED before it was accepted."""
    return async_to_sync(_knock)(path, _headers(objects, who, way, origin))


def _headers(
    objects: Objects,
    who: Caller = Caller.ANALYST,
    way: Way = Way.TOKEN,
    origin: str = OUR_PAGE,
) -> Headers:
    given = {"Origin": origin, "Host": "localhost", **objects.cast.headers[way][who]}
    return [(name.lower().encode(), value.encode()) for name, value in given.items()]


def _socket(path: str, headers: Headers) -> ApplicationCommunicator:
    path, _, query = path.partition("?")
    scope = {"type": "websocket", "path": path, "query_string": query.encode(), "headers": headers}
    return ApplicationCommunicator(application, {**scope, "client": ("10.0.0.9", 50_000)})


async def _knock(path: str, headers: Headers) -> int:
    socket = _socket(path, headers)
    await socket.send_input({"type": "websocket.connect"})
    first = await socket.receive_output(PATIENCE)
    if first["type"] == "websocket.close":
        return REFUSED
    code = await _code_of(socket)
    await socket.send_input({"type": "websocket.disconnect", "code": 1000})
    await socket.wait(PATIENCE)
    return code


async def _code_of(socket: ApplicationCommunicator) -> int:
    """Send a word: an open socket answers it, a refused one closes."""
    await socket.send_input({"type": "websocket.receive", "text": '"still there?"'})
    while True:
        message = await socket.receive_output(PATIENCE)
        if message["type"] == "websocket.close":
            return int(message["code"])
        if "still there?" in message["text"]:
            return OPEN


def _is_closed_to_some(route: str) -> bool:
    """Whether the socket is of an object that not every person may see."""
    return any(SOCKETS[route][who] != OPEN for who in PEOPLE)


def _admitted(route: str) -> Caller:
    return next(who for who in PEOPLE if SOCKETS[route][who] == OPEN)


def test_every_socket_is_in_the_table_and_the_table_has_no_others() -> None:
    assert set(socket_routes()) == SOCKETS.keys()
    assert all(set(expected) == set(Caller) for expected in SOCKETS.values())


@every_way
@pytest.mark.parametrize("route", SOCKETS)
def test_each_caller_gets_what_the_table_says(committed: Objects, route: str, way: Way) -> None:
    path = path_of(route, committed.ids_for(route))
    assert {who: knock(committed, who, way, path) for who in Caller} == dict(SOCKETS[route])


@every_way
@pytest.mark.parametrize("route", [one for one in SOCKETS if _is_closed_to_some(one)])
def test_what_is_denied_looks_like_what_is_absent(committed: Objects, route: str, way: Way) -> None:
    stranger = next(who for who in PEOPLE if SOCKETS[route][who] != OPEN)
    denied = knock(committed, stranger, way, path_of(route, committed.ids_for(route)))
    assert knock(committed, stranger, way, path_of(route, {})) == denied


@every_way
@pytest.mark.parametrize("route", SOCKETS)
def test_a_page_of_another_site_is_refused_before_it_is_accepted(
    committed: Objects, route: str, way: Way
) -> None:
    path = path_of(route, committed.ids_for(route))
    assert knock(committed, _admitted(route), way, path, origin=FOREIGN_PAGE) == REFUSED
    assert knock(committed, _admitted(route), way, path) == OPEN


@pytest.mark.parametrize("route", SOCKETS)
def test_a_socket_that_the_client_closes_leaves_nothing_running(
    committed: Objects, route: str
) -> None:
    # closing right after opening is where a cancelled task is most easily lost
    for _ in range(5):
        headers = _headers(committed, _admitted(route))
        assert async_to_sync(_ends)(path_of(route, committed.ids_for(route)), headers)


async def _ends(path: str, headers: Headers) -> bool:
    socket = _socket(path, headers)
    await socket.send_input({"type": "websocket.connect"})
    await socket.receive_output(PATIENCE)
    assert await _code_of(socket) == OPEN
    await socket.send_input({"type": "websocket.disconnect", "code": 1000})
    ended, _ = await asyncio.wait([socket.future], timeout=PATIENCE)
    await socket.wait(PATIENCE)
    return bool(ended)
