"""The socket of a room: what happens to its messages, from a cursor on, and who is typing.

Messages come from the log and are never lost; typing goes through the channel layer, is never
stored, and may be. Nothing is said over the socket: sending is a request.
"""

from __future__ import annotations

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
from bureau.kernel.accounts.models import User
from bureau.kernel.events.consumers import EventStream

# the contract's code, which its client takes as final; at others it knocks again for ever
CLOSED_TO_YOU = 4003
# one `typing` a second goes out, however often a client says so
TYPING_SECONDS = 1.0
MAX_SHOWN = 80


class RoomSocket(EventStream):
    """Messages of one room as they happen, and who is typing.

    `?after=<event id>` goes on where a client was cut off; without it the socket begins now.
    """

    kind = STREAM
    absent_code = CLOSED_TO_YOU
    channel_layer_alias = "default"
    side: Side
    group = ""
    last_typing = float("-inf")
    is_typing = False
    heard: ClassVar[dict[str, str]] = {
        "typing": "_typing",
        "stop_typing": "_stopped_typing",
        "ping": "_ping",
    }

    async def begin(self, user: User, id_: int, after: int) -> int:
        """Take the seat: tell the client where it stands, and let others be heard."""
        self.side, newest = await database_sync_to_async(self._seat)()
        cursor = after if _names_cursor(self.scope) else newest
        self.group = f"chat_room_{id_}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self._say(
            type="connection.established",
            room_id=str(id_),
            user_id=user.pk,
            cursor=cursor,
            message="Connected",
        )
        return cursor

    def _seat(self) -> tuple[Side, int]:
        room = access.room_for(self.user, self.object_id)
        return access.side_of(self.user, room), latest_event(room)

    async def hear(self, said: Any) -> None:
        """Typing and pings; what is not understood is answered or ignored, never fatal."""
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

    async def disconnect(self, code: int) -> None:
        if self.group:
            await self._tell_others(type="user.disconnected")
            with contextlib.suppress(OSError):
                await self.channel_layer.group_discard(self.group, self.channel_name)
        await super().disconnect(code)


def _names_cursor(scope: dict[str, Any]) -> bool:
    return "after" in parse_qs(scope["query_string"].decode("latin-1"))
