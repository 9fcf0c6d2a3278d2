"""Whether somebody may go on listening: asked again for as long as a socket is open.

One rule for all sockets, whatever they speak: at once when something happens to the account (its
events wake the group of its stream), and every `RECHECK_SECONDS` for what no event tells, such as a
hint that was lost or a password changed at a terminal.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bureau.kernel.events.feed import hear_hints

log = structlog.get_logger(__name__)

RECHECK_SECONDS = 60.0
ACCOUNT = "account"
Ended = TypeVar("Ended")


async def wait_for_end(account_id: int | None, ask: Callable[[], Awaitable[Ended | None]]) -> Ended:
    """Wait until `ask` answers something; None means that all still stands.

    Args:
        account_id: whose events are a reason to ask at once; None where there is no account, such as
            a machine's key.
    """
    happened = asyncio.Event()
    hints = _start_hearing(account_id, happened)
    try:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RECHECK_SECONDS):
                    await happened.wait()
            happened.clear()
            ended = await _ask(ask)
            if ended is not None:
                return ended
    finally:
        if hints is not None:
            hints.cancel()


def _start_hearing(account_id: int | None, happened: asyncio.Event) -> asyncio.Task[None] | None:
    if account_id is None:
        return None
    return asyncio.create_task(hear_hints(f"{ACCOUNT}:{account_id}", happened))


async def _ask(ask: Callable[[], Awaitable[Ended | None]]) -> Ended | None:
    try:
        return await ask()
    except Exception as problem:  # the database is away: nothing can be read meanwhile either
        log.warning("standing_unknown", problem=type(problem).__name__)
        return None
