"""The socket of a room: what happens to its messages, from a cursor on, and who is typing.

Messages come from the log and are never lost; typing goes through the channel layer, is never
stored, and may be. Nothing is said over the socket: sending is a request.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from typing import Any, ClassVar
from urllib.parse import parse_qs

from channels.db import database_sync_to_async

from bureau.desks.interpreting import access
from bureau.desks.interpreting.events import STREAM
from bureau.desks.interpreting.lists import latest_event
from bureau.desks.interpreting.models import Side
from bureau.kernel.accounts.auth import still_signed_in
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import NotFound
from bureau.kernel.events.consumers import ABSENT, NOT_SIGNED_IN, EventStream

# one `typing` a second goes out, however often a client says so
TYPING_SECONDS = 1.0
# how often an open socket asks whether its person still may be here
RECHECK_SECONDS = 60.0
MAX_SHOWN = 80


class RoomSocket(EventStream):
    """Messages of one room as they happen, and who is typing.

    `?after=<event id>` goes on where a client was cut off; without it the socket begins now.
    """

    kind = STREAM
    channel_layer_alias = "default"
    user: User
    side: Side
    room_id = 0
    group = ""
    last_typing = float("-inf")
    is_typing = False
    checker: asyncio.Task[None] | None = None
    heard: ClassVar[dict[str, str]] = {
        "typing": "_typing",
        "stop_typing": "_stopped_typing",
        "ping": "_ping",
    }

    async def begin(self, user: User, id_: int, after: int) -> int:
        """Take the seat: tell the client where it stands, and let others be heard."""
        self.user, self.room_id = user, id_
        self.side, newest = await database_sync_to_async(self._seat)()
        cursor = after if _names_cursor(self.scope) else newest
        self.group = f"chat_room_{id_}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        self.checker = asyncio.create_task(self._keep_checking())
        await self._say(
            type="connection.established",
            room_id=str(id_),
            user_id=user.pk,
            cursor=cursor,
            message="Connected",
        )
        return cursor

    def _seat(self) -> tuple[Side, int]:
        room = access.room_for(self.user, self.room_id)
        return access.side_of(self.user, room), latest_event(room)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Typing and pings; what is not understood is answered or ignored, never fatal."""
        try:
            said = json.loads(text_data or "")
        except (ValueError, RecursionError):
            await self._say(type="error", message="Invalid JSON format")
            return
        if not isinstance(said, dict):
            shown = str(said)[:MAX_SHOWN]
            await self._say(type="error", message=f"Send an object with a type, not: {shown}")
            return
        listener = self.heard.get(str(said.get("type")))
        if listener and self.group:
            await getattr(self, listener)()

    async def _typing(self) -> None:
        now = time.monotonic()
        if now - self.last_typing >= TYPING_SECONDS:
            self.last_typing, self.is_typing = now, True
            await self._tell_others(type="user.typing", sender_type=self.side)

    async def _stopped_typing(self) -> None:
        # once for each `typing` that went out, so it is limited as they are
        if self.is_typing:
            self.is_typing = False
            await self._tell_others(type="user.stopped_typing")

    async def _ping(self) -> None:
        await self._say(type="pong", timestamp=time.time())

    async def _tell_others(self, **message: Any) -> None:
        facts = {**message, "user_id": self.user.pk}
        with contextlib.suppress(OSError):
            await self.channel_layer.group_send(self.group, {"type": "room.said", "facts": facts})

    async def room_said(self, event: dict[str, Any]) -> None:
        """Another socket of this room has something to tell; never echoed to the same person."""
        if event["facts"]["user_id"] != self.user.pk:
            await self._say(**event["facts"])

    async def _say(self, **message: Any) -> None:
        await self.send(json.dumps(message))

    async def _keep_checking(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            if not await still_signed_in(self.scope):
                await self.close(NOT_SIGNED_IN, "your sign-in has ended")
                return
            try:
                await database_sync_to_async(access.room_for)(self.user, self.room_id)
            except NotFound as absent:
                await self.close(ABSENT, absent.message)
                return

    async def disconnect(self, code: int) -> None:
        if self.checker is not None:
            self.checker.cancel()
        if self.group:
            await self._tell_others(type="user.disconnected")
            with contextlib.suppress(OSError):
                await self.channel_layer.group_discard(self.group, self.channel_name)
        await super().disconnect(code)


def _names_cursor(scope: dict[str, Any]) -> bool:
    return "after" in parse_qs(scope["query_string"].decode("latin-1"))
