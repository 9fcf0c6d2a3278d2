"""A limit on request bodies, enforced while they are read.

Django's ASGI handler writes a whole body to a temporary file before any view sees the request, so
a limit inside Django comes too late. This stands in front of it.
"""

from __future__ import annotations

import asyncio
import errno
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from bureau.kernel.errors import BureauError, NoSpace, TooLarge

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
# gets the length of a body, or of its next part; raises to refuse it
Gate = Callable[[int], Awaitable[None]]
Admit = Callable[[MutableMapping[str, Any], int], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# how much of a body of unknown length is read before room is asked for again
PART = 1024**2
# what a refused client may still send before it is cut off
LINGER_SECONDS = 10.0
LINGER_BYTES = 256 * 1024**2


class _OverLimit(Exception):
    """The body has grown past the limit."""


def limit_body(
    application: Application, *, max_bytes: int, admit: Admit | None = None
) -> Application:
    """Wrap an ASGI application so that a larger body is answered with 413 at once.

    `admit` gets the request and the length of its body before it is read (of one of unknown length,
    each further megabyte), and raises a BureauError to refuse it.
    """

    async def limited(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await application(scope, receive, send)
        if _declared(scope) > max_bytes:
            return await _refuse(receive, send, max_bytes)
        try:
            if admit and _declared(scope):
                await admit(scope, _declared(scope))
            counted = _counting(receive, max_bytes, _gate(admit, scope))
            await application(scope, counted, send)
        except _OverLimit:
            # Django reads the body before it answers anything, so nothing was sent yet
            await _refuse(receive, send, max_bytes)
        except BureauError as error:
            await _answer(receive, send, error)
        except OSError as problem:
            # the folder that bodies are spooled to is full
            if problem.errno not in NO_ROOM:
                raise
            await _answer(receive, send, NoSpace())

    return limited


def _declared(scope: MutableMapping[str, Any]) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _gate(admit: Admit | None, scope: MutableMapping[str, Any]) -> Gate | None:
    """Asks of each further part of a body whose length nobody told."""
    if admit is None or _declared(scope):
        return None
    return lambda size: admit(scope, size)


def _counting(receive: Receive, max_bytes: int, gate: Gate | None) -> Receive:
    total = asked = 0

    async def counted() -> Message:
        nonlocal total, asked
        message = await receive()
        total += len(message.get("body", b""))
        if total > max_bytes:
            raise _OverLimit
        if gate and total - asked >= PART:
            await gate(total - asked)
            asked = total
        return message

    return counted


async def _refuse(receive: Receive, send: Send, max_bytes: int) -> None:
    detail = f"The request is larger than {max_bytes // 1024**2} MB, which is the limit."
    await _answer(receive, send, TooLarge(detail))


async def _answer(receive: Receive, send: Send, error: BureauError) -> None:
    """Answer at once, and take the rest of the body before the connection is closed.

    Who is cut off while still sending never sees the answer: a browser says that the connection
    was reset, nginx says 502.
    """
    body = json.dumps({"detail": error.message, "code": error.code}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        *((name.lower().encode(), value.encode()) for name, value in error.headers.items()),
    ]
    status = error.status
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            await _drop_rest(receive)
    except TimeoutError:
        pass
    await send({"type": "http.response.body", "body": b""})


async def _drop_rest(receive: Receive) -> None:
    """Read what still arrives, up to a bound, and keep none of it."""
    dropped = 0
    while dropped < LINGER_BYTES:
        message = await receive()
        dropped += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return
