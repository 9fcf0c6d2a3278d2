"""What leaves the log for the message bus, and who in this house listens to it.

Desks register both when Django starts. An event whose type is not registered stays inside. What a
message carries is composed when it is sent, from the rows as they are then: the log itself holds
no texts of persons, and what was erased meanwhile is not sent.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError

from bureau.kernel.events.models import Event

log = structlog.get_logger(__name__)

# any fixed one: a message's id follows from its event, so that a second sending has the same id
MESSAGE_IDS = uuid.UUID("2f3a1c55-8d0e-4c7b-9a55-6f1f0c1d8e77")

Payload = Callable[[Event], dict[str, Any] | None]


@dataclass(frozen=True)
class BusMessage:
    """One message of the bus.

    Attributes:
        message_id: 32 hexadecimal digits, the same whenever this event is sent.
        event_type: also the routing key.
        timestamp: when it happened, ISO 8601 in UTC.
        stream: what messages are ordered by, such as `room:3`; `sequence` rises within it.
    """

    message_id: str
    event_type: str
    timestamp: str
    stream: str
    sequence: int
    payload: dict[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """The JSON object that travels."""
        shape = {
            "event_type": self.event_type,
            "timestamp": self.timestamp,
            "payload": self.payload,
        }
        return json.dumps(shape, ensure_ascii=False).encode()

    @property
    def headers(self) -> dict[str, Any]:
        """What travels beside the body: enough to drop repeats and to see the order."""
        return {
            "message_id": self.message_id,
            "stream": self.stream,
            "sequence": self.sequence,
        }

    @classmethod
    def received(cls, body: bytes, headers: dict[str, Any]) -> BusMessage:
        """A message as it came from a queue.

        Raises:
            ValueError: it is not one of ours.
        """
        shape = json.loads(body)
        try:
            return cls(
                message_id=str(headers["message_id"]),
                event_type=str(shape["event_type"]),
                timestamp=str(shape["timestamp"]),
                stream=str(headers.get("stream", "")),
                sequence=int(headers.get("sequence", 0)),
                payload=dict(shape["payload"]),
            )
        except (KeyError, TypeError) as problem:
            raise ValueError(f"not an event of this bus: {problem!r}") from problem


@dataclass(frozen=True)
class Subscriber:
    """A function of this house that hears every message whose type matches the pattern."""

    name: str
    pattern: str
    function: Callable[[BusMessage], None]


_payloads: dict[str, Payload] = {}
_subscribers: dict[str, Subscriber] = {}


def publish_type(event_type: str, payload: Payload) -> None:
    """Let events of a type out; `payload` composes what is sent, None sends nothing."""
    _payloads[event_type] = payload


def published_types() -> list[str]:
    """All types that leave the log, sorted."""
    return sorted(_payloads)


def subscribe(name: str, pattern: str, function: Callable[[BusMessage], None]) -> None:
    """Hear messages whose type matches a topic pattern (`message.*`, `#`).

    Each message is heard once by each name; what `function` writes to the database is committed
    together with the note that it was heard.
    """
    _subscribers[name] = Subscriber(name, pattern, function)


def subscribers_for(event_type: str) -> list[Subscriber]:
    """Who hears a type, in the order in which they subscribed."""
    return [one for one in _subscribers.values() if matches(one.pattern, event_type)]


def matches(pattern: str, event_type: str) -> bool:
    """Whether a topic pattern fits: `*` is one word, `#` any number of words, also none."""
    return _fits(pattern.split("."), event_type.split("."))


def _fits(pattern: list[str], words: list[str]) -> bool:
    if not pattern:
        return not words
    first, rest = pattern[0], pattern[1:]
    if first == "#":
        return any(_fits(rest, words[skipped:]) for skipped in range(len(words) + 1))
    return bool(words) and first in ("*", words[0]) and _fits(rest, words[1:])


def message_of(event: Event) -> BusMessage | None:
    """The message that an event becomes, or None where there is nothing to send.

    A payload that cannot be composed is an error of ours: it is logged, and must not hold up
    everything behind it. A database that is away is not: that is raised, and tried again.
    """
    try:
        payload = _payloads[event.type](event)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("event_not_published", event_id=event.pk, type=event.type)
        return None
    if payload is None:
        return None
    return BusMessage(
        message_id=uuid.uuid5(MESSAGE_IDS, f"{event.pk} {event.at.isoformat()}").hex,
        event_type=event.type,
        timestamp=event.at.isoformat(),
        stream=event.stream,
        sequence=event.pk,
        payload=payload,
    )
