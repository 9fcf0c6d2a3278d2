"""The desk's socket.io server, at `/socket.io/` and `/accessible-socket.io/`.

Anybody may connect; hearing of a case takes a signed token (`POST /socket-token`), shown in the
handshake's `auth` or with `join`. Events come from the log, from a cursor on (`after`), so nothing is
lost between two connections and nothing is taken from clients: what they send is not passed on.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import socketio
from channels.db import database_sync_to_async

from bureau.desks.grievances.broadcasts import emissions
from bureau.desks.grievances.socket_polling import SharedPolling
from bureau.desks.grievances.socket_tokens import Room, room_of, still_open
from bureau.kernel.accounts.origins import is_our_page
from bureau.kernel.events.feed import Watcher, unwatch, watch
from bureau.kernel.events.models import Event
from bureau.kernel.events.sockets import is_too_deep
from bureau.kernel.events.standing import wait_for_end

PATHS = ("socket.io", "accessible-socket.io")
MAX_MESSAGE = 100_000
MAX_ROOMS = 5
REFUSED = "This room is not open to you."


def _loads(text: str) -> Any:
    """JSON as the server's library reads it; what is nested too deeply is no JSON either."""
    if is_too_deep(text):
        raise ValueError("nested too deeply")
    return json.loads(text)


def _is_ours(origin: str, environ: Mapping[str, Any]) -> bool:
    """A page of this host or of a trusted origin; programs send no origin and are not asked."""
    return is_our_page(origin)


server = socketio.AsyncServer(
    async_mode="asgi",
    cors_allowed_origins=_is_ours,
    max_http_buffer_size=MAX_MESSAGE,
    ping_interval=25,
    json=SimpleNamespace(loads=_loads, dumps=json.dumps),
)
# socket -> room's name -> the task that feeds it
_followers: dict[str, dict[str, asyncio.Task[None]]] = {}


def mounted(application: Any) -> Any:
    """The ASGI application with the server's paths before it."""
    for path in PATHS:
        application = socketio.ASGIApp(server, application, socketio_path=path)
    polling = SharedPolling(application, server.eio.generate_id, MAX_MESSAGE)
    server.eio.generate_id = polling.session_id

    async def routed(scope: Any, receive: Any, send: Any) -> None:
        ours = scope.get("path", "").strip("/").partition("/")[0] in PATHS
        await (polling if ours else application)(scope, receive, send)

    return routed


@server.event
async def connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
    """A client is there; a token in its `auth` joins the case's room at once."""
    _followers[sid] = {}
    if isinstance(auth, dict) and auth.get("token"):
        await _join(sid, auth)


@server.event
async def join(sid: str, data: Any = None) -> dict[str, Any]:
    """`{room, token, after?}`: hear of a case."""
    return await _join(sid, data)


@server.event
async def join_room(sid: str, data: Any = None) -> dict[str, Any]:
    """The other name of `join`."""
    return await _join(sid, data)


@server.event
async def status_update(sid: str, data: Any = None) -> dict[str, Any]:
    """What a client claims about a case is not passed on."""
    return {"status": "error", "message": "Clients cannot report; use POST /task-status."}


@server.event
async def disconnect(sid: str, reason: Any = None) -> None:
    """A client is gone: nobody reads the log for it any more."""
    for task in _followers.pop(sid, {}).values():
        task.cancel()


async def _join(sid: str, data: Any) -> dict[str, Any]:
    asked = data if isinstance(data, dict) else {}
    room, name = await _room(asked)
    mine = _followers.get(sid)
    if room is None or mine is None or len(mine) >= MAX_ROOMS:
        await server.emit("room_refused", {"room": name, "message": REFUSED}, to=sid)
        return {"status": "error", "message": REFUSED}
    if name not in mine:
        cursor = await _cursor(room, asked.get("after"))
        mine[name] = asyncio.create_task(_follow(sid, name, room, cursor))
    await server.emit("room_joined", {"room": name}, to=sid)
    return {"status": "success", "room": name}


async def _room(asked: Mapping[str, Any]) -> tuple[Room | None, str]:
    find = database_sync_to_async(room_of)
    room: Room | None = await find(str(asked.get("token") or ""))
    if room is None:
        return None, str(asked.get("room") or "")[:100]
    name = str(asked.get("room") or min(room.names))
    return (room if name in room.names else None), name[:100]


async def _cursor(room: Room, after: Any) -> int:
    """The event to go on behind: the one the client names, else the newest."""
    if isinstance(after, int) and after >= 0:
        return after
    newest = database_sync_to_async(_newest)
    return cast(int, await newest(room.case_id))


def _newest(case_id: int) -> int:
    found = Event.objects.filter(stream=f"grievance:{case_id}").order_by("-id").first()
    return found.pk if found else 0


async def _follow(sid: str, name: str, room: Room, cursor: int) -> None:
    """Pass a case's events on until the client is gone, or its token or sign-in is over."""
    stream, watcher = f"grievance:{room.case_id}", Watcher(cursor)
    await watch(stream, emissions, watcher)
    checker = asyncio.create_task(wait_for_end(room.account_id, partial(_ended, room)))
    checker.add_done_callback(lambda _: watcher.queue.put_nowait(None))
    try:
        async with asyncio.timeout(room.seconds_left):
            while (text := await watcher.queue.get()) is not None and not checker.done():
                for event_name, told in json.loads(text)["emit"]:
                    await server.emit(event_name, told, to=sid)
    except TimeoutError:
        pass
    finally:
        checker.cancel()
        await unwatch(stream, watcher)
    _followers.get(sid, {}).pop(name, None)
    # too slow, or the token or sign-in is over: come again with a cursor and a token
    await server.emit("room_closed", {"room": name}, to=sid)


async def _ended(room: Room) -> bool | None:
    """True once whoever asked for the token may not listen any more."""
    stands: bool = await database_sync_to_async(still_open)(room)
    return None if stands else True
