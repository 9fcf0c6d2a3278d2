"""Telling watchers that a stream has something new: a hint, never the data itself.

Publishing runs on an event loop in a thread of its own, so a caller pays nothing for it and one
connection serves the whole process. Hints about one stream that come shortly after each other, such
as those of a task that begins and ends, are sent as one. A lost hint delays a watcher until its next
poll.
"""

from __future__ import annotations

import asyncio
import os
import threading

import structlog
from channels.layers import get_channel_layer

log = structlog.get_logger(__name__)

TOGETHER_SECONDS = 0.01


def group_of(stream: str) -> str:
    """The channel-layer group of a stream; group names allow no colon."""
    return f"stream.{stream.replace(':', '.')}"


def wake(stream: str) -> None:
    """Hint that `stream` has grown. Returns at once; failures are logged and forgotten."""
    with _lock:
        loop = _loop_of_this_process()
        if stream in _waiting:
            return
        _waiting.add(stream)
        if len(_waiting) == 1:
            loop.call_soon_threadsafe(loop.call_later, TOGETHER_SECONDS, _send_waiting)


def _send_waiting() -> None:
    """On the loop: one hint a stream, however often it grew meanwhile."""
    global _waiting
    with _lock:
        streams, _waiting = _waiting, set()
    asyncio.get_running_loop().create_task(_send_all(streams))


async def _send_all(streams: set[str]) -> None:
    for stream in streams:
        await _send(stream)


async def _send(stream: str) -> None:
    layer = get_channel_layer()
    try:
        await layer.group_send(group_of(stream), {"type": "stream.grew"})
    except Exception as problem:  # any broker trouble: watchers poll as well
        log.warning("wake_failed", stream=stream, problem=type(problem).__name__)


_lock = threading.Lock()
_waiting: set[str] = set()
_loop: asyncio.AbstractEventLoop | None = None
_pid = 0


def _loop_of_this_process() -> asyncio.AbstractEventLoop:
    """The publishing loop; a new one after a fork, where the parent's thread does not exist."""
    global _loop, _pid
    if _loop is None or _pid != os.getpid():
        _loop, _pid = asyncio.new_event_loop(), os.getpid()
        _waiting.clear()
        threading.Thread(target=_loop.run_forever, name="wake", daemon=True).start()
    return _loop
