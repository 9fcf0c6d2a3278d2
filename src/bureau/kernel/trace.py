"""The trace id that follows one click through log lines, events, tasks and sockets."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("trace_id", default="")


def current_trace_id() -> str:
    """The id of the work in hand; a new one where nothing set it."""
    value = _current.get()
    if not value:
        value = str(uuid.uuid4())
        _current.set(value)
    return value


@contextmanager
def tracing(trace_id: str = "") -> Iterator[str]:
    """Run the block under `trace_id` (or a new one) and restore the previous id after it."""
    value = trace_id or str(uuid.uuid4())
    token = _current.set(value)
    try:
        yield value
    finally:
        _current.reset(token)
