"""The sweep: what runs again after crashes and lost messages.

Runs at worker start and every few seconds from beat. It re-reads each row under its job's lock
before it decides, so two sweeps, or a sweep and a worker, cannot act on the same row twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from bureau.kernel.events.models import Level
from bureau.kernel.jobs import dispatch, publishing, transitions
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.queues import lease_seconds
from bureau.kernel.jobs.status import TaskStatus, redispatch_delay

log = structlog.get_logger(__name__)

# a bound on one sweep's work; the next one goes on
BATCH = 500
# the time two workers' clocks may differ by: a lease is expired only after it
CLOCK_SKEW = timedelta(seconds=2)


def sweep() -> dict[str, int]:
    """Take tasks back from lost workers and offer those that wait; returns how many of each."""
    counts = {"taken_back": reclaim_expired(), "offered": redispatch_due()}
    if any(counts.values()):
        log.info("swept", **counts)
    return counts


def reclaim_from_worker(task_id: int, worker: str) -> bool:
    """Take a task back at once from a worker whose process was seen to die; whether it had it."""
    held = Task.objects.filter(pk=task_id, status=TaskStatus.RUNNING, worker=worker)
    over = timezone.now() - 2 * CLOCK_SKEW
    job_id = held.values_list("job_id", flat=True).first()
    if job_id is None or not held.update(lease_until=over):
        return False
    return _take_back(task_id, job_id)


def redispatch_waiting() -> int:
    """Send the hints of waiting tasks anew: a broker that was away may have lost them."""
    now = timezone.now()
    ready = Q(not_before__isnull=True) | Q(not_before__lte=now)
    waiting = Task.objects.filter(ready, status=TaskStatus.PENDING, offer_at__gt=now)
    waiting.filter(pk__in=waiting.order_by("offer_at").values("pk")[:BATCH]).update(offer_at=now)
    return redispatch_due()


def reclaim_expired() -> int:
    """Put tasks whose lease ran out back to PENDING, or park them after too many tries."""
    expired = Task.objects.filter(
        status=TaskStatus.RUNNING, lease_until__lt=timezone.now() - CLOCK_SKEW
    ).values_list("pk", "job_id")[:BATCH]
    return sum(_take_back(task_id, job_id) for task_id, job_id in expired)


def _take_back(task_id: int, job_id: int) -> bool:
    with transitions.lock_job(job_id):
        task = Task.objects.select_related("after").get(pk=task_id)
        if task.lease_until is None or task.lease_until >= timezone.now() - CLOCK_SKEW:
            return False
        if task.attempt >= task.max_attempts:
            text = (
                f"The worker stopped {task.attempt} times during this task; it is not tried again."
            )
            transitions.fail_task(task, "WORKER_LOST", text)
        else:
            transitions.requeue(task, progress=0)
            text = "The worker stopped; the task is queued again"
            publishing.publish_task_event(task, "RETRY", text, progress=0, level=Level.WARNING)
    return True


def redispatch_due() -> int:
    """Send the hints of pending tasks that are due, and note when to send them again."""
    now = timezone.now()
    waiting = Task.objects.filter(
        Q(after__isnull=True) | Q(after__status=TaskStatus.SUCCESS),
        status=TaskStatus.PENDING,
        offer_at__lte=now,
    ).order_by("offer_at")[:BATCH]
    offered = 0
    for task in waiting:
        lease = lease_seconds(task.queue, settings.BUREAU_LEASE_SECONDS)
        again = now + timedelta(seconds=redispatch_delay(task.offers + 1, lease))
        # only if nobody changed it meanwhile: a hint for a task that runs is harmless, but useless
        due = Task.objects.filter(pk=task.pk, status=TaskStatus.PENDING, offer_at=task.offer_at)
        if not due.update(offer_at=again, offers=task.offers + 1):
            continue
        if not dispatch.dispatch_task(task):
            _undo_offer(task, again)
            break
        offered += 1
    return offered


def _undo_offer(task: Task, again: datetime) -> None:
    """A broker that is down must not lengthen a task's wait; the next sweep tries again."""
    unsent = Task.objects.filter(pk=task.pk, status=TaskStatus.PENDING, offer_at=again)
    unsent.update(offer_at=task.offer_at, offers=task.offers)
