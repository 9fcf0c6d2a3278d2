"""For tests: kinds of task that are gone again afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bureau.kernel.jobs import registry


@contextmanager
def kinds_for_a_while() -> Iterator[None]:
    """What is registered with `registry.handler` inside the block is forgotten after it."""
    before = dict(registry._handlers)
    try:
        yield
    finally:
        registry._handlers.clear()
        registry._handlers.update(before)
