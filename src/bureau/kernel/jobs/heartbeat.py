"""Renewing the leases of running tasks from one thread of the process.

A thread for each task would cost a short task more than all else its worker does for it. A task
that is shorter than a third of its lease is never renewed.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from django.db import connection

log = structlog.get_logger(__name__)

# without a task there is nothing to renew; a new one wakes the thread
IDLE_SECONDS = 60.0

# extends a lease; false when it is lost
Renew = Callable[[], bool]


@dataclass(eq=False)
class _Beat:
    renew: Renew
    every: float
    due: float


_changed = threading.Condition()
_beats: set[_Beat] = set()
_pid = 0
_wakes_at = 0.0


@contextmanager
def heartbeat_for(renew: Renew, lease: float) -> Iterator[None]:
    """Call `renew` every third of a lease (seconds) while the block runs, until it says no."""
    beat = _Beat(renew, lease / 3, time.monotonic() + lease / 3)
    with _changed:
        _beats.add(beat)
        if _pid != os.getpid():
            _start(beat)
        elif beat.due < _wakes_at:
            _changed.notify()
    try:
        yield
    finally:
        with _changed:
            _beats.discard(beat)


def _start(beat: _Beat) -> None:
    """After a fork there is no thread, and the parent's tasks are not ours."""
    global _pid
    _pid = os.getpid()
    _beats.intersection_update({beat})
    threading.Thread(target=_run, name="heartbeat", daemon=True).start()


def _run() -> None:
    while True:
        due = _wait()
        for beat in due:
            if not _renewed(beat):
                _beats.discard(beat)
        if due:
            connection.close()


def _wait() -> list[_Beat]:
    """Sleep until a beat is due; gives those that are."""
    global _wakes_at
    with _changed:
        _wakes_at = min((beat.due for beat in _beats), default=time.monotonic() + IDLE_SECONDS)
        _changed.wait(max(_wakes_at - time.monotonic(), 0))
        return [beat for beat in _beats if beat.due <= time.monotonic()]


def _renewed(beat: _Beat) -> bool:
    beat.due = time.monotonic() + beat.every
    try:
        return beat.renew()
    except Exception as problem:  # the database may be restarting: the next beat may reach it
        log.warning("heartbeat_failed", problem=type(problem).__name__)
        connection.close()
        return True
