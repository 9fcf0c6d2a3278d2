"""Counts what is asked of models, for tests that must know how often (see `ai.testing`)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

_open: list[Counter[str]] = []
_lock = threading.Lock()


def count(what: str, amount: int = 1) -> None:
    """Add to every open count; costs nothing while there is none."""
    if _open:
        with _lock:
            for counter in _open:
                counter[what] += amount


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Everything that is counted in this process during the block, in whatever thread.

    Keys: `queries`, `passages` (texts that were embedded).
    """
    counter: Counter[str] = Counter()
    with _lock:
        _open.append(counter)
    try:
        yield counter
    finally:
        with _lock:
            _open[:] = [one for one in _open if one is not counter]
