"""Time limits that count work, not waiting for a processor.

A chart that takes two seconds of a processor takes minutes on a machine that forty processes share.
That is the machine's load and not the task's fault. Linux tells how long a thread was ready and had
no processor; a task's time is the time that passed without that. Waiting for others (a model, a
database, a disk) counts: it is what the limits are for.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from billiard.exceptions import SoftTimeLimitExceeded

from bureau.kernel.jobs.queues import Limits

log = structlog.get_logger(__name__)

# processor time, time without one (both in nanoseconds), turns
_SCHEDSTAT = Path("/proc/thread-self/schedstat")
# a look costs microseconds; without a least pause it would be repeated without end
LEAST_PAUSE = 0.05


def waited_for_processor() -> float:
    """Seconds that this thread was ready to run and had no processor; 0 where nobody tells."""
    try:
        return int(_SCHEDSTAT.read_text(encoding="ascii").split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


@dataclass(frozen=True)
class WorkClock:
    """Counts the seconds of work since it was made, in the thread that made it."""

    began: float
    waited_before: float

    @classmethod
    def start(cls) -> WorkClock:
        """A clock at zero."""
        return cls(time.monotonic(), waited_for_processor())

    def worked(self) -> float:
        """Seconds since the start in which this thread did not wait for a processor."""
        waited = waited_for_processor() - self.waited_before
        return time.monotonic() - self.began - max(waited, 0.0)


@contextmanager
def limited_work(limits: Limits) -> Iterator[None]:
    """Raise SoftTimeLimitExceeded in the block after `limits.soft` seconds of work.

    A block that goes on after it is ended with its process at `limits.hard`. What never comes back
    to Python is ended by Celery at `limits.wall`. Only a process's main thread can be interrupted:
    in others this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    clock, asked = WorkClock.start(), False

    def look(*_: Any) -> None:
        nonlocal asked
        if clock.worked() >= limits.hard:
            log.error("task_ended_at_hard_limit", seconds=limits.hard)
            os.kill(os.getpid(), signal.SIGKILL)
        over = clock.worked() >= limits.soft
        _look_again(clock, limits.hard if over or asked else limits.soft)
        if over and not asked:
            asked = True
            raise SoftTimeLimitExceeded

    before = signal.signal(signal.SIGALRM, look)
    _look_again(clock, limits.soft)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _look_again(clock: WorkClock, limit: float) -> None:
    """Work cannot pass faster than time: not before `limit` can be reached."""
    signal.setitimer(signal.ITIMER_REAL, max(limit - clock.worked(), LEAST_PAUSE))
