"""The socket of an event stream: replay from a cursor, then live.

`?after=<event id>` names the last event the client saw; without it the whole stream is replayed.
A refused client is accepted and closed at once with a code, because browsers cannot see the
status of a refused handshake: 4001 not signed in, 4004 no such object (or not yours), 4008 the
client reads too slowly and should come again with its cursor. The same codes end an open socket
(`sockets.py`).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from bureau.kernel.accounts.auth import user_of_scope
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import NotFound
from bureau.kernel.events.feed import Watcher, unwatch, watch
from bureau.kernel.events.sockets import ABSENT, NOT_SIGNED_IN, Ending, Socket
from bureau.kernel.events.streams import stream_kind

TOO_SLOW, BAD_CURSOR = 4008, 4000


class EventStream(Socket):
    """Serves one registered kind of stream; a subclass names it in `kind`."""

    kind = ""
    # the code for an object that is absent, or not this person's
    absent_code = ABSENT
    user: User
    object_id = 0
    sender: asyncio.Task[None] | None = None
    watcher: Watcher
    stream = ""

    async def connect(self) -> None:
        await self.accept()
        after = _cursor(self.scope)
        if after is None:
            await self.close(BAD_CURSOR, "after must be an event id")
            return
        kind, id_ = stream_kind(self.kind), int(self.scope["url_route"]["kwargs"]["id"])
        user = await user_of_scope(self.scope)
        if user is None:
            await self.close(NOT_SIGNED_IN, "sign in first")
            return
        self.user, self.object_id = user, id_
        try:
            await database_sync_to_async(kind.door)(user, id_)
            after = await self.begin(user, id_, after)
        except NotFound as absent:
            await self.close(self.absent_code, absent.message)
            return
        self.stream, self.watcher = f"{self.kind}:{id_}", Watcher(after)
        self.sender = asyncio.create_task(self._send_all())
        self.keep_asking(user)
        await watch(self.stream, kind.shape, self.watcher)

    async def begin(self, user: User, id_: int, after: int) -> int:
        """For subclasses: called once the door is open; returns the cursor to begin at.

        Raises:
            NotFound: the object is gone meanwhile.
        """
        return after

    async def _send_all(self) -> None:
        while True:
            text = await self.watcher.queue.get()
            if text is None:
                await self.close(TOO_SLOW, "too slow: reconnect with ?after=")
                return
            await self.send(text)

    async def hear(self, said: Any) -> None:
        """Echo what the client sends, as the contract has it."""
        await self.send(json.dumps({"type": "echo", "message": said}))

    async def ending(self) -> Ending | None:
        """The sign-in has ended, or the object is no longer this person's."""
        if ended := await super().ending():
            return ended
        try:
            await database_sync_to_async(stream_kind(self.kind).door)(self.user, self.object_id)
        except NotFound as absent:
            return self.absent_code, absent.message
        return None

    async def silence(self) -> None:
        """Events that still wait are not sent."""
        if self.sender is not None:
            self.sender.cancel()

    async def disconnect(self, code: int) -> None:
        await super().disconnect(code)
        if self.sender is None:
            return
        await unwatch(self.stream, self.watcher)
        self.sender.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await self.sender


class NoSuchSocket(AsyncWebsocketConsumer):
    """Answers every other address: accepted and closed, so that a browser sees the code."""

    channel_layer_alias = "none"

    async def connect(self) -> None:
        await self.accept()
        await self.close(ABSENT, "no such socket")


def _cursor(scope: dict[str, Any]) -> int | None:
    """The `after` value, 0 when absent, None when it is not an event id."""
    values = parse_qs(scope["query_string"].decode("latin-1")).get("after", ["0"])
    return int(values[0]) if values[0].isdecimal() and len(values[0]) < 19 else None
