"""Queues and their time limits. Pure data: settings, system checks and the supervisor read it.

Names are those people know from the systems whose contracts are served here. Limits are seconds of
work, in which waiting for a processor does not count (`work_clock`): at the soft limit the handler
gets an exception it may clean up after, at the hard limit its process is ended. Only `audio` is single-process (its models are not thread-safe and large).
"""

from __future__ import annotations

from typing import NamedTuple

# a process that gets a sixth of a processor is on a very busy machine
WALL_FACTOR = 6


class Limits(NamedTuple):
    """Seconds of work that a task of a queue may take."""

    soft: int
    hard: int

    @property
    def wall(self) -> int:
        """Seconds by the clock on the wall after which Celery ends it, however little it worked."""
        return self.hard * WALL_FACTOR


HALF_HOUR = Limits(soft=1_500, hard=1_800)

QUEUES: dict[str, Limits] = {
    "default": HALF_HOUR,
    "audio": HALF_HOUR,
    "translation": HALF_HOUR,
    "rag": HALF_HOUR,
    "assistance": HALF_HOUR,
    "maintenance": HALF_HOUR,
    "ingestion_io": Limits(soft=1_500, hard=1_800),
    "charts_cpu": Limits(soft=100, hard=120),
    # three attempts of 30 s with back-off between them must fit
    "ai": Limits(soft=150, hard=180),
    "llm_queue": Limits(soft=270, hard=300),
    "notifications": Limits(soft=100, hard=120),
}

# somebody sits in front of these and waits for the answer
INTERACTIVE = frozenset({"translation", "assistance", "rag"})
LEAST_LEASE = 6.0


def lease_seconds(queue: str, usual: float) -> float:
    """Seconds that a claim on a task of this queue lasts before it must be renewed.

    What a lost worker had waits as long: a fifth of the usual time where a person waits, yet not so
    short that a busy process is taken for a lost one.
    """
    return max(usual / 5, min(usual, LEAST_LEASE)) if queue in INTERACTIVE else usual


TIME_LIMITS: dict[str, int] = {name: limits.wall for name, limits in QUEUES.items()}

# A broker that hands a message out again after this many seconds must not do so while the first
# worker may still run: it has to exceed every wall limit (system check bureau.E001).
VISIBILITY_TIMEOUT = 14_400
