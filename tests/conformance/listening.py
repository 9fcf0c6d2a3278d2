"""The house's own consumer of the bus in a thread, and what it heard."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from django.db import connection

from bureau.kernel.events.relay_consumer import QueueConsumer
from bureau.kernel.events.relay_routes import BusMessage, subscribe
from tests.waiting import PATIENCE


def message_id_of(message: BusMessage) -> Any:
    """The number that the tests of the bus put into their payloads."""
    return message.payload["message_id"]


class Listener:
    """Hears a durable queue while the block runs.

    Attributes:
        heard: what a subscriber was given, by stream, in order.
        deliveries: how often each message came, repeats included.
    """

    def __init__(
        self, url: str, names: tuple[str, str], what: Callable[[BusMessage], Any] = message_id_of
    ) -> None:
        self.heard: dict[str, list[Any]] = defaultdict(list)
        self.deliveries: Counter[str] = Counter()
        subscribe(
            "test.listener", "#", lambda message: self.heard[message.stream].append(what(message))
        )
        self.consumer = QueueConsumer(url, *names, heard=self._count)
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run)

    @property
    def count(self) -> int:
        """How many different messages were heard."""
        return sum(map(len, self.heard.values()))

    def _count(self, message: BusMessage) -> None:
        self.deliveries[message.message_id] += 1

    def _run(self) -> None:
        self.consumer.run(self.stop)
        connection.close()

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop.set()
        self.thread.join(PATIENCE)
