"""What one process knows of itself: its sockets and its pool of database connections."""

from __future__ import annotations

from django.conf import settings
from django.db import connections

from bureau.kernel.events.feed import watching

POOL = {
    "pool_size": "pool_connections",
    "pool_available": "pool_available",
    "requests_waiting": "pool_waiting",
}


def of_this_process() -> dict[str, float]:
    """Gauges by name; those of a pool only where there is one."""
    found: dict[str, float] = {"sockets": float(watching())}
    if settings.ENV.bureau_db_pool:
        pool = connections["default"].pool  # type: ignore[attr-defined]  # PostgreSQL's has one
        stats = pool.get_stats() if pool else {}
        found |= {ours: float(stats.get(theirs, 0)) for theirs, ours in POOL.items()}
    return found
