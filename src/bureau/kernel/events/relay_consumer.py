"""Reading the bus for the house: a durable queue, bound to every topic, and its subscribers.

A message is acknowledged when everybody has heard it. A lost connection is opened again; a
message that is not one of ours is put aside with a line in the log.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection
from kombu.connection import Connection
from kombu.entity import Queue

from bureau.kernel.events.relay_inbox import hear
from bureau.kernel.events.relay_publishers import CONTENT_TYPE, connection_to, exchange_named
from bureau.kernel.events.relay_routes import BusMessage

log = structlog.get_logger(__name__)

EVERY_TOPIC = "#"
# how often a waiting consumer looks whether it should stop
LOOK_SECONDS = 0.5
LONGEST_PAUSE = 15.0

Heard = Callable[[BusMessage], None]


class QueueConsumer:
    """Hears one durable queue.

    Args:
        heard: called for each message after the subscribers, for a line on the screen.
    """

    def __init__(self, url: str, exchange: str, queue: str, heard: Heard | None = None) -> None:
        self.url, self.heard = url, heard
        # the type, the binding and the durability are what the contract's clients expect
        self.queue = Queue(queue, exchange_named(exchange), routing_key=EVERY_TOPIC, durable=True)
        self._stop = threading.Event()

    def declare(self) -> None:
        """Make the queue, so that it collects from now on."""
        with connection_to(self.url) as broker:
            self.queue(broker.default_channel).declare()

    def run(self, stop: threading.Event) -> None:
        """Hear messages until `stop` is set; survives the loss of broker and database."""
        self._stop, pause = stop, 0.5
        while not stop.is_set():
            try:
                with connection_to(self.url) as broker:
                    self._hear_all(broker)
                pause = 0.5
            except Exception as problem:  # kombu raises a different class for every transport
                log.warning("bus_lost", problem=type(problem).__name__)
                connection.close()
                stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _hear_all(self, broker: Connection) -> None:
        consumer = broker.Consumer(
            [self.queue], callbacks=[self._receive], accept=[CONTENT_TYPE], prefetch_count=1
        )
        with consumer:
            while not self._stop.is_set():
                try:
                    broker.drain_events(timeout=LOOK_SECONDS)
                except TimeoutError:
                    continue

    def _receive(self, body: Any, delivery: Any) -> None:
        del body  # decoded by rules of kombu's own; ours are in the message's class
        try:
            message = BusMessage.received(_bytes_of(delivery.body), delivery.headers)
        except ValueError as problem:
            log.error("foreign_message", problem=str(problem))
            delivery.reject()
            return
        try:
            hear(message)
        except (OperationalError, InterfaceError):
            delivery.requeue()
            raise
        delivery.ack()
        if self.heard:
            self.heard(message)


def _bytes_of(body: Any) -> bytes:
    """Transports hand over bytes, a view of them, or text."""
    return body.encode() if isinstance(body, str) else bytes(body)
