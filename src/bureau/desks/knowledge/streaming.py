"""An answer as server-sent events: `start`, `delta` after `delta`, then `done` or `error`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, TypeVar

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from bureau.desks.knowledge import shapes
from bureau.desks.knowledge.talking import Talk
from bureau.kernel.errors import BureauError

log = structlog.get_logger(__name__)
Part = TypeVar("Part")


def events_of(talk: Talk) -> Iterator[bytes]:
    """The events of an answer. A failure is an event too: the stream always ends with a word."""
    yield event("start", {"conversation_id": talk.conversation.pk, "question_id": talk.question.pk})
    try:
        for part in talk.parts():
            if isinstance(part, str):
                yield event("delta", {"text": part})
            else:
                yield event("done", shapes.answer_shape(talk.conversation, part))
    except BureauError as failure:
        yield event("error", failure_shape(failure))
    except Exception:
        log.exception("answer_crashed")
        yield event("error", {"code": "INTERNAL_ERROR", "message": "The answer failed."})


def failure_shape(failure: BureauError) -> dict[str, Any]:
    """What went wrong, for programs and for people, and whether trying again may help."""
    return {
        "code": failure.code,
        "message": failure.message,
        "reason": getattr(failure, "reason", ""),
        "temporary": failure.temporary,
        **(
            {"retry_after": failure.headers["Retry-After"]}
            if "Retry-After" in failure.headers
            else {}
        ),
    }


def event(name: str, data: dict[str, Any]) -> bytes:
    """One event as it is written to the wire."""
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
    return f"event: {name}\ndata: {text}\n\n".encode()


async def from_thread(parts: Callable[[], Iterator[Part]]) -> AsyncIterator[Part]:
    """Items of an iterator that works in one thread of its own, as soon as each is there.

    The work goes on to its end even if nobody listens any more: an answer that was paid for is kept.
    """
    loop, items = asyncio.get_running_loop(), asyncio.Queue[Part | None]()

    def work() -> None:
        try:
            for part in parts():
                loop.call_soon_threadsafe(items.put_nowait, part)
        finally:
            # the thread's connection outlives every request that would close it
            connection.close()
            loop.call_soon_threadsafe(items.put_nowait, None)

    working = loop.run_in_executor(None, work)
    while (part := await items.get()) is not None:
        yield part
    await working
