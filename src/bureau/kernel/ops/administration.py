"""Queues and jobs as an operator sees and mends them at the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from bureau.kernel.errors import BureauError
from bureau.kernel.jobs.control import retry_task
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.queues import QUEUES
from bureau.kernel.jobs.status import TaskStatus
from bureau.kernel.ops.metrics import rows


@dataclass(frozen=True)
class QueueLine:
    """One queue: how many wait and run, seconds of the oldest, and what failed within a day."""

    name: str
    waiting: int
    oldest_waiting: float
    running: int
    oldest_running: float
    failed: int


def queue_lines() -> list[QueueLine]:
    """Every queue, also an empty one."""
    found = {(queue, status): (count, age) for queue, status, count, age in rows.queues()}
    failed = dict(
        failed_tasks(since=timezone.now() - timedelta(days=1))
        .order_by()
        .values_list("queue")
        .annotate(Count("id"))
    )
    lines = []
    for name in QUEUES:
        waiting = found.get((name, TaskStatus.PENDING), (0, 0.0))
        running = found.get((name, TaskStatus.RUNNING), (0, 0.0))
        lines.append(
            QueueLine(
                name, waiting[0], float(waiting[1] or 0), running[0], float(running[1] or 0),
                failed.get(name, 0),
            )
        )  # fmt: skip
    return lines


def failed_tasks(
    *, queue: str = "", kind: str = "", code: str = "", since: datetime | None = None
) -> QuerySet[Task]:
    """Tasks that failed, of jobs that nobody cancelled; oldest first."""
    chosen = Q(status=TaskStatus.FAILED, job__cancelled_at__isnull=True)
    for name, value in (("queue", queue), ("kind", kind), ("error_code", code)):
        if value:
            chosen &= Q(**{name: value})
    if since:
        chosen &= Q(finished_at__gte=since)
    return Task.objects.filter(chosen).order_by("id")


def retry_all(tasks: Iterable[int]) -> tuple[int, list[str]]:
    """Retry each of these tasks; how many are queued again, and a sentence for each refusal.

    What another retry put back meanwhile (a preparation that several wait for) is left alone.
    """
    done, refused = 0, []
    for task_id in tasks:
        if not Task.objects.filter(pk=task_id, status=TaskStatus.FAILED).exists():
            continue
        try:
            retry_task(task_id)
        except BureauError as refusal:
            refused.append(f"{task_id}: {refusal.message}")
        else:
            done += 1
    return done, refused


def jobs(*, status: str = "", kind: str = "", count: int = 20) -> list[Job]:
    """The newest jobs."""
    chosen = Q()
    if status:
        chosen &= Q(status=status)
    if kind:
        chosen &= Q(kind=kind)
    return list(Job.objects.filter(chosen).order_by("-id")[:count])
