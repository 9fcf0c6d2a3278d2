"""A limit on request bodies, enforced while they are read.

Django's ASGI handler writes a whole body to a temporary file before any view sees the request, so
a limit inside Django comes too late. This stands in front of it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

# what a refused client may still send before it is cut off
LINGER_SECONDS = 10.0
LINGER_BYTES = 256 * 1024**2


class _OverLimit(Exception):
    """The body has grown past the limit."""


def limit_body(application: Application, *, max_bytes: int) -> Application:
    """Wrap an ASGI application so that a larger body is answered with 413 at once."""

    async def limited(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await application(scope, receive, send)
        if _declared(scope) > max_bytes:
            return await _refuse(receive, send, max_bytes)
        try:
            await application(scope, _counting(receive, max_bytes), send)
        except _OverLimit:
            # Django reads the body before it answers anything, so nothing was sent yet
            await _refuse(receive, send, max_bytes)

    return limited


def _declared(scope: MutableMapping[str, Any]) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _counting(receive: Receive, max_bytes: int) -> Receive:
    total = 0

    async def counted() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > max_bytes:
            raise _OverLimit
        return message

    return counted


async def _refuse(receive: Receive, send: Send, max_bytes: int) -> None:
    detail = f"The request is larger than {max_bytes // 1024**2} MB, which is the limit."
    await _answer(receive, send, 413, {"detail": detail, "code": "TOO_LARGE"})


async def _answer(receive: Receive, send: Send, status: int, content: dict[str, str]) -> None:
    """Answer at once, and take the rest of the body before the connection is closed.

    Who is cut off while still sending never sees the answer: a browser says that the connection
    was reset, nginx says 502.
    """
    body = json.dumps(content).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
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
