"""What follows from what happens to a task. Every change of its state is made while the row of its
job is locked, so claims, cancels, retries and finishes of one job are serial; jobs do not wait for
each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bureau.kernel.events.models import Level
from bureau.kernel.jobs.dispatch import dispatch_after_commit
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.publishing import batched_events, publish_job_event, publish_task_event
from bureau.kernel.jobs.queues import lease_seconds
from bureau.kernel.jobs.registry import failed
from bureau.kernel.jobs.status import (
    FINISHED_JOB,
    JobStatus,
    TaskStatus,
    job_progress,
    job_status,
    redispatch_delay,
)
from bureau.kernel.prepared import (
    Given,
    Prepared,
    PreparedUpdate,
    pipelined,
    save_fields,
    send_together,
)


@contextmanager
def lock_job(job_id: int, *, settles: bool = True) -> Iterator[Job]:
    """A transaction that holds the job's row; its status is settled at the end.

    `settles=False` spares that where only a task that does not count is touched, or where `complete`
    settles the job itself.
    """
    with transaction.atomic(), pipelined(), batched_events(job_id):
        job = _LOCKED.first(id=job_id)
        if job is None:
            raise Job.DoesNotExist
        yield job
        if settles:
            settle(job)


_LOCKED = Prepared(lambda: Job.objects.select_for_update().filter(pk=Given("id")))
_COUNTING = Prepared(
    lambda: Task.objects.filter(job=Given("job"), counts=True).only("status", "progress")
)
_WAITING = Prepared(
    lambda: Task.objects.filter(after=Given("after"), status=TaskStatus.PENDING).order_by("id")
)


def settle(job: Job) -> None:
    """Derive status and progress from the tasks; say so when the status changed."""
    _settle(job, _COUNTING.all(job=job.pk))


def _settle(job: Job, counting: Iterable[Task]) -> None:
    rows = [(task.status, task.progress) for task in counting]
    status = job_status([row[0] for row in rows], cancelled=job.cancelled_at is not None)
    progress = 100 if status == JobStatus.SUCCESS else job_progress([row[1] for row in rows])
    previous = job.status
    if (status, progress) != (previous, job.progress):
        job.status, job.progress = status, progress
        save_fields(job, "status", "progress", "updated_at")
    if status != previous:
        _announce(job, previous, rows)


def _announce(job: Job, previous: str, rows: list[tuple[str, int]]) -> None:
    if job.status == JobStatus.RUNNING and previous == JobStatus.PENDING:
        publish_job_event(job, "START", "Job started", progress=0)
        return
    done = job.status in FINISHED_JOB
    publish_job_event(
        job,
        "job_status_changed",
        f"Job status changed: {previous} → {job.status}",
        progress=100 if done else job.progress,
        payload={"status": job.status, "previous_status": previous},
    )
    if done:
        _announce_end(job, [row[0] for row in rows])


def _announce_end(job: Job, statuses: list[str]) -> None:
    successful = sum(status == TaskStatus.SUCCESS for status in statuses)
    counts = f"({successful}/{len(statuses)} successful)"
    payload = {"status": job.status, "successful": successful, "total": len(statuses)}
    if job.status == JobStatus.FAILED:
        publish_job_event(job, "ERROR", f"Job failed: {counts}", payload=payload, level=Level.ERROR)
    elif job.status == JobStatus.CANCELLED:
        publish_job_event(job, "CANCELLED", "Job cancelled", payload=payload)
    else:
        message = f"Job completed: {job.status} {counts}"
        publish_job_event(job, "DONE", message, progress=100, payload=payload)


# --- ends and what follows from them ----------------------------------------------------------


def ended(status: str, **fields: Any) -> dict[str, Any]:
    """The fields of a task in a final state, which has no lease."""
    ends = {"status": status, "lease": None, "lease_until": None, "finished_at": timezone.now()}
    return {**ends, **fields}


def end_task(task: Task, status: str, **fields: Any) -> None:
    """Write a final state (the caller holds the job's lock) and give up the lease."""
    save(task, **ended(status, **fields))


def save(task: Task, **fields: Any) -> None:
    """Set these fields on the row and on the object."""
    for name, value in fields.items():
        setattr(task, name, value)
    save_fields(task, *fields, "updated_at")


def fail_task(task: Task, code: str, message: str) -> None:
    """End a task as FAILED, and with it everything that waited for it."""
    end_task(task, TaskStatus.FAILED, error_code=code[:50], error_message=message)
    publish_task_event(task, code, message, level=Level.ERROR, payload={"error_code": code})
    failed(task)
    for dependent in _waiting_for(task):
        fail_task(dependent, code, message)


def cancel_open_task(task: Task) -> None:
    """End an open task as CANCELLED, and with it everything that waited for it."""
    end_task(task, TaskStatus.CANCELLED)
    publish_task_event(task, "CANCELLED", "Task cancelled")
    for dependent in _waiting_for(task):
        cancel_open_task(dependent)


def _waiting_for(task: Task) -> list[Task]:
    return _WAITING.all(after=task.pk)


def complete(job: Job, task: Task, result: Any, told: dict[str, Any]) -> bool:
    """End a task with success, if its lease is still held (the caller holds the job's lock): the
    tasks that waited for it may run now, and the job is settled.

    Args:
        told: what its DONE event says, `message` and `payload`.

    Returns:
        Whether the lease was held; nothing is changed otherwise.
    """
    fields = {
        **ended(TaskStatus.SUCCESS, progress=100, result=result),
        # what an earlier try failed with is told by the log, not by a task that succeeded
        "error_code": "",
        "error_message": "",
        "updated_at": timezone.now(),
    }
    held, waiting, counting = send_together(
        HELD.asked(fields, id=task.pk, lease=task.lease),
        _WAITING.asked(after=task.pk),
        _COUNTING.asked(job=job.pk),
    )
    if not held:
        return False
    for name, value in fields.items():
        setattr(task, name, value)
    publish_task_event(task, "DONE", progress=100, **told)
    for dependent in waiting:
        dispatch_after_commit(dependent)
    if task.counts:
        _settle(job, counting)
    return True


# a running task in the hands of who has its lease
HELD = PreparedUpdate(
    lambda: Task.objects.filter(pk=Given("id"), lease=Given("lease"), status=TaskStatus.RUNNING)
)


def requeue(task: Task, *, delay: float = 0, **fields: Any) -> None:
    """Make a task PENDING without a lease and offer it, now or after `delay` seconds."""
    now = timezone.now()
    wait = delay or redispatch_delay(0, lease_seconds(task.queue, settings.BUREAU_LEASE_SECONDS))
    save(
        task,
        status=TaskStatus.PENDING,
        lease=None,
        lease_until=None,
        not_before=now + timedelta(seconds=delay) if delay else None,
        offer_at=now + timedelta(seconds=wait),
        offers=0,
        **fields,
    )
    if not delay and (task.after is None or task.after.status == TaskStatus.SUCCESS):
        dispatch_after_commit(task)
