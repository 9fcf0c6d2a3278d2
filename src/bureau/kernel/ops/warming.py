"""What the web process does before it listens, so that the first to ask does not wait for it.

A desk registers what its first request would otherwise do: import, connect, plan, bring pages of an
index into memory. Servers that speak ASGI's lifespan protocol listen once it is done, or has taken
`PATIENCE`; a start never fails by it.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog
from channels.db import database_sync_to_async
from django.core.cache import cache
from django.urls import get_resolver

from bureau.kernel.accounts.sessions import find_session

log = structlog.get_logger(__name__)

PATIENCE = 15.0  # seconds
Message = MutableMapping[str, Any]
Warmer = Callable[[], object]
_warmers: dict[str, Warmer] = {}


def register_warmer(name: str, warmer: Warmer) -> None:
    """Let `warmer` run before the web process listens; it changes nothing that people see.

    Raises:
        ValueError: the name is taken.
    """
    if name in _warmers:
        raise ValueError(f"A warmer named {name} is registered already.")
    _warmers[name] = warmer


async def lifespan(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """The ASGI application for `lifespan`: warm up, then say that the start is complete."""
    del scope
    while (await receive())["type"] != "lifespan.shutdown":
        try:
            await asyncio.wait_for(database_sync_to_async(warm_up)(), PATIENCE)
        except TimeoutError:
            log.warning("warming_late", seconds=PATIENCE)
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})


def warm_up() -> None:
    """Do once what every first request does, and what the desks ask for; failures are logged."""
    for name, warmer in {"house": _house, **_warmers}.items():
        try:
            warmer()
        except Exception as problem:  # the first request will meet it and say so
            log.warning("warming_failed", what=name, problem=repr(problem))


def _house() -> None:
    """The routes with their schemas, a connection with the query of sign-ins, and the cache."""
    assert get_resolver().url_patterns
    find_session(uuid.uuid4())
    cache.get("warming")
