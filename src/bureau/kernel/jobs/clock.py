"""One beat at a time, however many stand by.

Whoever holds the lock in PostgreSQL sends what is scheduled. The lock belongs to the connection: it is
free the moment its holder dies or is cut off, and another beat that stands by goes on.
"""

from __future__ import annotations

from typing import Any

import structlog
from celery.beat import PersistentScheduler
from django.db import DatabaseError, connection

log = structlog.get_logger(__name__)

# any fixed number below 2^32: pg_locks shows it as `objid`
LOCK = 7_305_002
# how long one that stands by waits before it looks again
STAND_BY_SECONDS = 1.0


def holds_clock() -> bool:
    """Take the lock, or make sure that it is still ours; false while another beat has it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
                " AND pid = pg_backend_pid() AND classid = 0 AND objid = %s)"
                " OR pg_try_advisory_lock(%s)",
                [LOCK, LOCK],
            )
            (held,) = cursor.fetchone()
        return bool(held)
    except DatabaseError as problem:
        # a new connection next time; what was held is free
        log.warning("clock_not_asked", problem=type(problem).__name__)
        connection.close()
        return False


def clock_runs() -> bool:
    """Whether some beat holds the lock now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid = 0 AND objid = %s)",
            [LOCK],
        )
        (runs,) = cursor.fetchone()
    return bool(runs)


class OneClock(PersistentScheduler):
    """Celery's scheduler, silent while another beat has the clock."""

    _had: bool | None = None

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due, if the clock is ours; seconds until the next look."""
        held = holds_clock()
        if held != self._had:
            log.warning("beat_has_the_clock" if held else "beat_stands_by")
            self._had = held
        if not held:
            return STAND_BY_SECONDS
        return float(min(super().tick(*args, **kwargs), STAND_BY_SECONDS))

    def close(self) -> None:
        """Give the clock up before the schedule is closed."""
        connection.close()
        super().close()
