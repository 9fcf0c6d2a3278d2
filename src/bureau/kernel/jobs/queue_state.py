"""Is each queue's work taken, and done? Rows and the workers' own words, judged by one rule."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Min, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.presence import Unknown, last_done, present_workers
from bureau.kernel.jobs.queues import QUEUES
from bureau.kernel.jobs.status import TaskStatus

# nothing was done for so long, although something waited and nothing ran
STUCK_SECONDS = 600.0


class QueueState(StrEnum):
    """What can be said of a queue."""

    OK = "ok"
    NOBODY = "nobody"
    STUCK = "stuck"


@dataclass(frozen=True)
class QueueFacts:
    """One queue. Times are in seconds; `running` counts what runs on the workers that take it."""

    name: str
    workers: tuple[str, ...] = ()
    waiting: int = 0
    oldest_waiting: float = 0.0
    running: int = 0
    last_done: float | None = None

    @property
    def state(self) -> QueueState:
        """Nobody takes it; somebody does and nothing gets done; or all is well."""
        if not self.workers:
            return QueueState.NOBODY
        idle = self.last_done is None or self.last_done > STUCK_SECONDS
        if self.waiting and self.oldest_waiting > STUCK_SECONDS and idle and not self.running:
            return QueueState.STUCK
        return QueueState.OK


def queue_facts(names: Collection[str] = tuple(QUEUES)) -> list[QueueFacts]:
    """What is known of these queues, in their order.

    Raises:
        Unknown: Redis could not be asked.
    """
    workers, done = present_workers(), last_done()
    waiting, running = _waiting(names), _running()
    return [
        QueueFacts(
            name=name,
            workers=tuple(workers.get(name, ())),
            waiting=waiting.get(name, (0, 0.0))[0],
            oldest_waiting=waiting.get(name, (0, 0.0))[1],
            running=sum(running.get(worker, 0) for worker in workers.get(name, ())),
            last_done=done.get(name),
        )
        for name in names
    ]


def work_notice(*names: str) -> str:
    """A sentence for the page whose work goes to these queues; empty while all is well."""
    states = _states(names)
    if QueueState.NOBODY in states:
        return _("Nobody takes this work at present. It waits, and is done when a worker is back.")
    if QueueState.STUCK in states:
        return _(
            "This work is not getting done at present. It waits; an administrator has to look."
        )
    return ""


def house_notice() -> str:
    """The same for the start page, about all queues."""
    if _states(tuple(QUEUES)) <= {QueueState.OK}:
        return ""
    return _("Some work in the background is not being done at present; pages answer.")


def _states(names: Collection[str]) -> set[QueueState]:
    """States of these queues; none where nobody knows, which is no reason to alarm a page."""
    try:
        return {facts.state for facts in queue_facts(names)}
    except Unknown:
        return set()


def _waiting(names: Collection[str]) -> dict[str, tuple[int, float]]:
    """Queue -> how many tasks could run now, and how long the oldest could."""
    now = timezone.now()
    due = Task.objects.filter(
        Q(after__isnull=True) | Q(after__status=TaskStatus.SUCCESS),
        Q(not_before__isnull=True) | Q(not_before__lte=now),
        status=TaskStatus.PENDING,
        queue__in=names,
    )
    since = Greatest("created_at", "not_before", "after__finished_at")
    rows = due.values("queue").annotate(count=Count("pk"), since=Min(since)).order_by()
    return {row["queue"]: (row["count"], (now - row["since"]).total_seconds()) for row in rows}


def _running() -> dict[str, int]:
    """Worker -> how many tasks it holds a lease on."""
    held = Task.objects.filter(status=TaskStatus.RUNNING, lease_until__gt=timezone.now())
    rows = held.values("worker").annotate(count=Count("pk")).order_by()
    return {row["worker"]: row["count"] for row in rows}
