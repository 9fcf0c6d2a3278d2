"""What all sockets of the house share: small frames, and a sign-in that is asked about again.

Close codes: 1009 a frame that is too large or nested too deeply; 4001 the sign-in has ended; 4004 the
object is gone, or no longer this person's.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from bureau.kernel.accounts.auth import still_signed_in
from bureau.kernel.accounts.models import User
from bureau.kernel.events.standing import wait_for_end

NOT_SIGNED_IN, ABSENT, TOO_BIG = 4001, 4004, 1009
# characters; nothing that a client may say here is longer
LONGEST_FRAME = 20_000
# lists and objects inside each other; interpreters differ in what they bear
DEEPEST = 50
Ending = tuple[int, str]
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


def is_too_deep(text: str) -> bool:
    """Whether JSON text holds lists and objects more than `DEEPEST` inside each other."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    depth = 0
    for mark in _STRINGS.sub("", text):
        depth += (mark in "[{") - (mark in "]}")
        if depth > DEEPEST:
            return True
    return False


class Socket(AsyncWebsocketConsumer):
    """The base of every consumer."""

    # feeds talk to the channel layer, one for all sockets; consumers need no channel of their own
    channel_layer_alias = "none"
    longest_frame = LONGEST_FRAME
    checker: asyncio.Task[None] | None = None

    # --- what comes in ------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Read one frame and hand it on; what no client needs to send ends the socket."""
        text = text_data or ""
        if max(len(text), len(bytes_data or b"")) > self.longest_frame:
            await self.close(TOO_BIG, f"a frame has at most {self.longest_frame} characters")
            return
        if is_too_deep(text):
            await self.close(TOO_BIG, f"a frame is nested at most {DEEPEST} deep")
            return
        try:
            said = self.parse(text)
        except ValueError:
            await self.misunderstood(text)
        else:
            await self.hear(said)

    def parse(self, text: str) -> Any:
        """The frame's value. Raises ValueError where it is not JSON."""
        return json.loads(text)

    async def hear(self, said: Any) -> None:
        """One frame that was JSON; for subclasses."""

    async def misunderstood(self, text: str) -> None:
        """One frame that was not; it is answered, not fatal."""
        await self.send(json.dumps({"type": "error", "message": "Invalid JSON format"}))

    # --- who is there -------------------------------------------------------------------------

    def keep_asking(self, user: User) -> None:
        """Close this socket as soon as `ending` says so; call it once the door was open."""
        self.checker = asyncio.create_task(self._close_at_the_end(user))

    async def ending(self) -> Ending | None:
        """Why the socket must close now (code and reason), or None."""
        if not await still_signed_in(self.scope):
            return NOT_SIGNED_IN, "your sign-in has ended"
        return None

    async def silence(self) -> None:
        """Send nothing more, before the socket is closed; for subclasses."""

    async def _close_at_the_end(self, user: User) -> None:
        code, reason = await wait_for_end(user.pk, self.ending)
        await self.silence()
        with contextlib.suppress(RuntimeError):
            await self.close(code, reason)

    async def disconnect(self, code: int) -> None:
        if self.checker is not None:
            self.checker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.checker
