"""One reader of a stream a process, however many sockets watch it.

Two hundred sockets on one job cost one query an event and one serialisation, not two hundred.
A watcher catches up on its own, then joins the feed; comparing each event's id with the
watcher's cursor makes the hand-over free of gaps and repeats.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

import structlog
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from bureau.kernel.events.log import MAX_BATCH, read_stream
from bureau.kernel.events.models import Event
from bureau.kernel.events.notifications import group_of
from bureau.kernel.events.streams import is_watched

log = structlog.get_logger(__name__)

# hints can be lost; this bounds how late a watcher learns of an event then
POLL_SECONDS = 5.0
# a watcher that is this far behind reads too slowly and is asked to come again with its cursor
MAX_QUEUE = 2_000

Shape = Callable[[Event], dict[str, Any]]


class Watcher:
    """One socket's place in a stream: texts wait in `queue`; None means it fell too far behind."""

    def __init__(self, after: int) -> None:
        self.cursor = after
        self.queue: asyncio.Queue[str | None] = asyncio.Queue()

    def push(self, event_id: int, text: str) -> None:
        if event_id <= self.cursor:
            return
        self.cursor = event_id
        self.queue.put_nowait(text if self.queue.qsize() < MAX_QUEUE else None)


async def hear_hints(stream: str, grew: asyncio.Event) -> None:
    """Turn the channel layer's hints into `grew`, for ever; on any trouble, polling carries on."""
    layer = get_channel_layer()
    while True:
        channel = await layer.new_channel()
        try:
            await layer.group_add(group_of(stream), channel)
            grew.set()
            while True:
                await layer.receive(channel)
                grew.set()
        except Exception as problem:
            log.warning("hints_lost", stream=stream, problem=type(problem).__name__)
            await asyncio.sleep(1)
        finally:
            with contextlib.suppress(Exception):
                await layer.group_discard(group_of(stream), channel)


class Feed:
    """Reads one stream for all its watchers in this process."""

    def __init__(self, stream: str, shape: Shape) -> None:
        self.stream, self.shape = stream, shape
        self.watchers: set[Watcher] = set()
        self.grew = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self.tasks = [
            asyncio.create_task(hear_hints(self.stream, self.grew)),
            asyncio.create_task(self._deliver()),
        ]

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _deliver(self) -> None:
        while True:
            # not wait_for: it can swallow a cancellation that arrives together with the wake
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self.grew.wait()
            self.grew.clear()
            try:
                await self._read_once()
            except Exception as problem:
                log.warning("feed_read_failed", stream=self.stream, problem=type(problem).__name__)
                await asyncio.sleep(1)
                self.grew.set()

    async def _read_once(self) -> None:
        while self.watchers:
            lowest = min(watcher.cursor for watcher in self.watchers)
            batch = await read_texts(self.stream, lowest, self.shape)
            for event_id, text in batch:
                for watcher in self.watchers:
                    watcher.push(event_id, text)
            if len(batch) < MAX_BATCH:
                return


async def read_texts(stream: str, after: int, shape: Shape) -> list[tuple[int, str]]:
    """A batch of (event id, JSON text) after the cursor."""

    def read() -> list[tuple[int, str]]:
        events = read_stream(stream, after)
        return [(event.pk, json.dumps(shape(event), ensure_ascii=False)) for event in events]

    texts: list[tuple[int, str]] = await database_sync_to_async(read)()
    return texts


_feeds: dict[tuple[int, str], Feed] = {}


def watching() -> int:
    """How many sockets of this process watch a stream."""
    return sum(len(feed.watchers) for feed in list(_feeds.values()))


async def watch(stream: str, shape: Shape, watcher: Watcher) -> None:
    """Catch the watcher up, then keep it fed until `unwatch`.

    Raises:
        ValueError: nobody declared streams of this kind as watched, so nothing would wake it.
    """
    if not is_watched(stream):
        raise ValueError(f"Nobody declared that streams like {stream} are watched.")
    while batch := await read_texts(stream, watcher.cursor, shape):
        for event_id, text in batch:
            watcher.push(event_id, text)
        if len(batch) < MAX_BATCH:
            break
    key = (id(asyncio.get_running_loop()), stream)
    feed = _feeds.get(key)
    if feed is None:
        feed = _feeds[key] = Feed(stream, shape)
        feed.start()
    feed.watchers.add(watcher)
    feed.grew.set()


async def unwatch(stream: str, watcher: Watcher) -> None:
    """Stop feeding the watcher; the last one out closes the feed."""
    key = (id(asyncio.get_running_loop()), stream)
    feed = _feeds.get(key)
    if feed is None:
        return
    feed.watchers.discard(watcher)
    if not feed.watchers:
        del _feeds[key]
        await feed.stop()
