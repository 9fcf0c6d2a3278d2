"""`run_event_consumer`: hear the bus with this house's subscribers, until stopped."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from bureau.kernel.events.relay import relay_events
from bureau.kernel.events.relay_consumer import QueueConsumer
from bureau.kernel.events.relay_publishers import House
from bureau.kernel.events.relay_routes import BusMessage

# without a broker the log itself is followed; it has no way to call
LOOK_SECONDS = 1.0


class Command(BaseCommand):
    help = "Hear the event bus until stopped; --queue names the durable queue."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queue", default=settings.EVENT_BUS_QUEUE)

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        if settings.EVENT_BUS_URL:
            self._consume(options["queue"], stop)
        else:
            self._follow(stop)
        self.stdout.write("Stopped.")

    def _consume(self, queue: str, stop: threading.Event) -> None:
        consumer = QueueConsumer(
            settings.EVENT_BUS_URL, settings.EVENT_BUS_EXCHANGE, queue, self._say
        )
        self.stdout.write(f"Hearing the queue {queue} of {settings.EVENT_BUS_EXCHANGE}.")
        consumer.run(stop)

    def _follow(self, stop: threading.Event) -> None:
        """No broker: take the relay's part, for as long as this runs."""
        self.stdout.write("RABBITMQ_URL is not set: following the log of this installation.")
        while not stop.is_set():
            relay_events(publisher=_Telling(self._say))
            stop.wait(LOOK_SECONDS)

    def _say(self, message: BusMessage) -> None:
        self.stdout.write(f"{message.timestamp} {message.event_type} {message.stream}")


class _Telling(House):
    def __init__(self, say: Any) -> None:
        self._say = say

    def send(self, message: BusMessage) -> None:
        super().send(message)
        self._say(message)
