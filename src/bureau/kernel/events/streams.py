"""Which kinds of stream exist, who may watch them and how an event looks to a client.

Rooms above register theirs when Django starts; the sockets here know no room by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bureau.kernel.accounts.models import User
from bureau.kernel.events.models import Event


@dataclass(frozen=True)
class StreamKind:
    """A kind of stream, such as `job`.

    Attributes:
        door: raises NotFound unless the person may watch the object with this id.
        shape: the JSON object a client gets for an event.
    """

    name: str
    door: Callable[[User, int], object]
    shape: Callable[[Event], dict[str, Any]]


_kinds: dict[str, StreamKind] = {}
_watched: set[str] = set()


def register_stream(kind: StreamKind) -> None:
    """Make a kind of stream known; once, at start."""
    _kinds[kind.name] = kind
    declare_watched(kind.name)


def declare_watched(name: str) -> None:
    """Say that streams of a kind have watchers, also where they are not served by the sockets here."""
    _watched.add(name)


def is_watched(stream: str) -> bool:
    """Whether anybody can be waiting for this stream to grow."""
    return stream.partition(":")[0] in _watched


def stream_kind(name: str) -> StreamKind:
    """The registered kind; KeyError is a programming error."""
    return _kinds[name]
