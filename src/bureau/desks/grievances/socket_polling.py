"""Long polling over several web processes, whichever of them a balancer asks.

A session of the socket.io library lives in the process that opened it. Its id begins with that
process's name; a request that comes to another one is sent to the owner over Redis, and answered
with what the owner answered. Websockets stay where they are and need none of this.
"""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import redis.asyncio
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

SEPARATOR = "."
# a poll is answered within the server's ping interval of 25 s
ANSWER_SECONDS = 40
_CHANNEL, _ANSWER = "bureau:polling:{}", "bureau:polling:answer:{}"


class SharedPolling:
    """An ASGI application before the socket.io server's.

    Args:
        application: where requests of this process's own sessions go.
        new_id: makes a session's id, as the library does.
        max_body: bytes of a request that are read at most.
    """

    def __init__(self, application: Application, new_id: Callable[[], str], max_body: int) -> None:
        self._application, self._new_id, self._max_body = application, new_id, max_body
        self.name = secrets.token_urlsafe(9)
        self._listening: tuple[int, asyncio.Task[None]] | None = None
        self._answering: set[asyncio.Task[None]] = set()

    def session_id(self) -> str:
        """An id that says whose session it is."""
        return f"{self.name}{SEPARATOR}{self._new_id()}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer here, or let the owner of the session answer."""
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        owner, separator, _ = query.get("sid", [""])[0].partition(SEPARATOR)
        if scope["type"] == "http" and separator and owner != self.name:
            await self._ask(owner, scope, receive, send)
            return
        if scope["type"] == "http" and not separator:
            await self._listen()
        await self._application(scope, receive, send)

    async def _ask(self, owner: str, scope: Scope, receive: Receive, send: Send) -> None:
        number = secrets.token_urlsafe(12)
        answer = _ANSWER.format(number)
        asked = {
            "number": number,
            **_scope_as_text(scope),
            "body": _text(await self._body(receive)),
        }
        try:
            async with _client() as client:
                heard = await client.publish(_CHANNEL.format(owner), json.dumps(asked))
                found = await client.blpop([answer], ANSWER_SECONDS) if heard else None
        except redis.RedisError as problem:
            log.warning("polling_not_shared", problem=type(problem).__name__)
            found = None
        await _send_all(send, json.loads(found[1]) if found else _GONE)

    async def _body(self, receive: Receive) -> bytes:
        body = b""
        while len(body) <= self._max_body:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        return body

    async def _listen(self) -> None:
        """Hear what others ask, before the first session is given out."""
        loop = id(asyncio.get_running_loop())
        if self._listening and self._listening[0] == loop and not self._listening[1].done():
            return
        ready = asyncio.Event()
        self._listening = (loop, asyncio.create_task(self._hear(ready)))
        # a Redis that is away costs the sharing, not the session
        try:
            async with asyncio.timeout(2):
                await ready.wait()
        except TimeoutError:
            log.warning("polling_not_shared", problem="no answer")

    async def _hear(self, ready: asyncio.Event) -> None:
        while True:
            try:
                async with _client() as client, client.pubsub() as channel:
                    await channel.subscribe(_CHANNEL.format(self.name))
                    async for message in channel.listen():
                        ready.set()
                        if message["type"] == "message":
                            self._start(json.loads(message["data"]))
            except (redis.RedisError, OSError) as problem:
                log.warning("polling_not_shared", problem=type(problem).__name__)
                await asyncio.sleep(1)

    def _start(self, asked: dict[str, Any]) -> None:
        task = asyncio.create_task(self._answer(asked))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer(self, asked: dict[str, Any]) -> None:
        answer: dict[str, Any] = {"status": 500, "headers": [], "body": ""}
        body = base64.b64decode(asked["body"])

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                answer["status"] = message["status"]
                answer["headers"] = [[k.decode("latin-1"), v.decode("latin-1")]
                                     for k, v in message.get("headers", [])]  # fmt: skip
            else:
                answer["body"] += message.get("body", b"").decode("latin-1")

        try:
            await self._application(_scope_of(asked), receive, send)
        finally:
            async with _client() as client:
                name = _ANSWER.format(asked["number"])
                await client.rpush(
                    name, json.dumps({**answer, "body": _text(answer["body"].encode("latin-1"))})
                )
                await client.expire(name, 2 * ANSWER_SECONDS)


# what the library itself says of a session that it does not know
_GONE = {
    "status": 400,
    "headers": [["content-type", "application/json"]],
    "body": base64.b64encode(b'"Invalid session"').decode(),
}


def _scope_as_text(scope: Scope) -> dict[str, Any]:
    return {
        "method": scope["method"],
        "path": scope["path"],
        "query": scope["query_string"].decode("latin-1"),
        "headers": [[k.decode("latin-1"), v.decode("latin-1")] for k, v in scope["headers"]],
        "scheme": scope.get("scheme", "http"),
        "client": scope.get("client"),
        "server": scope.get("server"),
    }


def _scope_of(asked: dict[str, Any]) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "root_path": "",
        "raw_path": asked["path"].encode(),
        **{name: asked[name] for name in ("method", "path", "scheme", "client", "server")},
        "query_string": asked["query"].encode("latin-1"),
        "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in asked["headers"]],
    }


async def _send_all(send: Send, answer: dict[str, Any]) -> None:
    headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in answer["headers"]]
    await send({"type": "http.response.start", "status": answer["status"], "headers": headers})
    await send({"type": "http.response.body", "body": base64.b64decode(answer["body"])})


def _text(body: bytes) -> str:
    return base64.b64encode(body).decode()


def _client() -> Any:
    # its methods are typed as if they might not be awaitable
    return redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
