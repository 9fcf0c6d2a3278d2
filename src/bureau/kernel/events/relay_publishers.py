"""Where the relay sends: a topic exchange behind a broker, or straight to this house's subscribers.

The exchange is spoken to through kombu, so RabbitMQ and the embedded Valkey differ in their
address only. RabbitMQ confirms each message; Valkey answers each command.
"""

from __future__ import annotations

from typing import Any, Protocol

from kombu.connection import Connection
from kombu.entity import Exchange

from bureau.kernel.events.relay_inbox import hear
from bureau.kernel.events.relay_routes import BusMessage

CONTENT_TYPE = "application/json; charset=utf-8"
PERSISTENT = 2
CONNECT_SECONDS = 3
# no answer within this time counts as a failure, and the message is sent again
ANSWER_SECONDS = 5


class Publisher(Protocol):
    """What the relay needs of a bus."""

    def send(self, message: BusMessage) -> None:
        """Hand over one message; returns when it is safe there. Raises anything on failure."""

    def close(self) -> None:
        """Give up what it holds; never raises."""


class House:
    """No broker: the subscribers run here and now."""

    def send(self, message: BusMessage) -> None:
        """Let everybody hear it."""
        hear(message)

    def close(self) -> None:
        """Nothing is held."""


class TopicExchange:
    """A durable topic exchange; connects when first used."""

    def __init__(self, url: str, exchange: str) -> None:
        self._connection = connection_to(url)
        self._exchange = exchange_named(exchange)
        self._producer: Any = None

    def send(self, message: BusMessage) -> None:
        """Publish a message and wait for the broker's confirmation."""
        if self._producer is None:
            # no pause before the one retry: the relay comes again by itself
            self._connection.ensure_connection(
                max_retries=1, interval_start=0, timeout=CONNECT_SECONDS
            )
            self._producer = self._connection.Producer(exchange=self._exchange)
            self._exchange(self._producer.channel).declare()
        self._producer.publish(
            message.body,
            routing_key=message.event_type,
            content_type=CONTENT_TYPE,
            content_encoding="utf-8",
            delivery_mode=PERSISTENT,
            headers=message.headers,
            message_id=message.message_id,
            confirm_timeout=ANSWER_SECONDS,
        )

    def close(self) -> None:
        """Drop the connection without ceremony, its other end may be gone; `send` opens another."""
        self._producer = None
        self._connection.collect(socket_timeout=0.5)


def exchange_named(name: str) -> Exchange:
    """The durable topic exchange of this name."""
    return Exchange(name, type="topic", durable=True, delivery_mode=PERSISTENT)


def connection_to(url: str) -> Connection:
    """A connection, not yet opened, that waits seconds and not minutes for a broker."""
    return Connection(url, connect_timeout=CONNECT_SECONDS, transport_options=_options(url))


def _options(url: str) -> dict[str, Any]:
    if url.startswith(("amqp", "pyamqp")):
        return {
            "confirm_publish": True,
            "read_timeout": ANSWER_SECONDS,
            "write_timeout": ANSWER_SECONDS,
        }
    return {
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": ANSWER_SECONDS,
        # a consumer that died leaves what it had not acknowledged to the next one after this time
        "visibility_timeout": 60,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    }
