"""Verbs on jobs and tasks. Each is one transaction under the job's row lock.

Every change of a task's state happens while its job row is locked, so claims, cancels, retries
and finishes of one job are serial; jobs do not wait for each other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from bureau.kernel.accounts.models import User
from bureau.kernel.errors import Conflict, InvalidInput
from bureau.kernel.events.log import append, emit
from bureau.kernel.events.models import Level
from bureau.kernel.jobs import hints
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.registry import failed, handler_of, noun_of
from bureau.kernel.jobs.status import (
    CANCELLABLE,
    FINISHED_JOB,
    RETRYABLE,
    JobStatus,
    TaskStatus,
    job_progress,
    job_status,
    offer_delay,
)
from bureau.kernel.trace import current_trace_id

# --- creating -------------------------------------------------------------------------------


def fingerprint_of(request: dict[str, Any]) -> str:
    """A digest of what was asked for: the same request has the same fingerprint."""
    text = json.dumps(request, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def existing_job(owner: User, kind: str, key: str | None, fingerprint: str) -> Job | None:
    """The job this key already made, if any.

    Raises:
        Conflict: the key was used for another request.
    """
    if not key:
        return None
    job = Job.objects.filter(owner=owner, kind=kind, idempotency_key=key).first()
    if job and job.fingerprint != fingerprint:
        raise Conflict(
            "This idempotency key was already used for a different request. "
            "Send the same request again, or choose another key."
        )
    return job


def create_job(
    owner: User | None, kind: str, *, key: str | None = None, fingerprint: str = ""
) -> Job:
    """Insert a job; the caller adds tasks in the same transaction.

    Raises:
        KeyTaken: another request with this key won the race; look it up with `existing_job`.
    """
    try:
        # only a key can clash; without one a savepoint would cost two round trips for nothing
        with transaction.atomic(savepoint=bool(key)):
            return Job.objects.create(
                owner=owner,
                kind=kind,
                idempotency_key=key or None,
                fingerprint=fingerprint,
                trace_id=current_trace_id(),
            )
    except IntegrityError as clash:
        raise KeyTaken from clash


class KeyTaken(Exception):
    """Two requests with one idempotency key ran at once and this one came second."""


def enqueue(
    job: Job,
    kind: str,
    params: dict[str, Any] | None = None,
    *,
    counts: bool = True,
    after: Task | None = None,
) -> Task:
    """Add a task to a job in the caller's transaction; a worker hears of it after the commit."""
    handler = handler_of(kind)
    now = timezone.now()
    task = Task.objects.create(
        job=job,
        kind=kind,
        queue=handler.queue,
        params=params or {},
        counts=counts,
        after=after,
        max_attempts=handler.max_attempts,
        offer_at=now + timedelta(seconds=offer_delay(0, settings.BUREAU_LEASE_SECONDS)),
        trace_id=job.trace_id,
    )
    if after is None or after.status == TaskStatus.SUCCESS:
        offer_after_commit(task)
    return task


def offer_after_commit(task: Task) -> None:
    """Send the hint for a task once the current transaction is committed."""
    transaction.on_commit(lambda: _offer(task))


def _offer(task: Task) -> None:
    """Send the hint; one that is known to be lost is sent by the next sweep, not after a lease."""
    if not hints.send_hint(task):
        unsent = Task.objects.filter(pk=task.pk, status=TaskStatus.PENDING, offers=0)
        unsent.update(offer_at=timezone.now())


# --- the job's row lock and what follows from its tasks ---------------------------------------


@contextmanager
def locked(job_id: int, *, settles: bool = True) -> Iterator[Job]:
    """A transaction that holds the job's row; its status is settled at the end.

    `settles=False` spares that where only a task that does not count is touched.
    """
    with transaction.atomic(), told_together(job_id):
        job = Job.objects.select_for_update().get(pk=job_id)
        yield job
        if settles:
            settle(job)


def settle(job: Job) -> None:
    """Derive status and progress from the tasks; say so when the status changed."""
    rows = list(Task.objects.filter(job=job, counts=True).values_list("status", "progress"))
    status = job_status([row[0] for row in rows], cancelled=job.cancelled_at is not None)
    progress = 100 if status == JobStatus.SUCCESS else job_progress([row[1] for row in rows])
    previous = job.status
    if (status, progress) != (previous, job.progress):
        job.status, job.progress = status, progress
        job.save(update_fields=["status", "progress", "updated_at"])
    if status != previous:
        _announce(job, previous, rows)


def _announce(job: Job, previous: str, rows: list[tuple[str, int]]) -> None:
    if job.status == JobStatus.RUNNING and previous == JobStatus.PENDING:
        tell_job(job, "START", "Job started", progress=0)
        return
    done = job.status in FINISHED_JOB
    tell_job(
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
        tell_job(job, "ERROR", f"Job failed: {counts}", payload=payload, level=Level.ERROR)
    elif job.status == JobStatus.CANCELLED:
        tell_job(job, "CANCELLED", "Job cancelled", payload=payload)
    else:
        message = f"Job completed: {job.status} {counts}"
        tell_job(job, "DONE", message, progress=100, payload=payload)


def tell_job(
    job: Job,
    type: str,
    message: str,
    *,
    progress: int | None = None,
    payload: dict[str, Any] | None = None,
    level: str = Level.INFO,
) -> None:
    """Emit an event about the job itself."""
    _tell(
        job.pk,
        type=type,
        subject=job.stream,
        message=message,
        progress=progress,
        payload=payload,
        level=level,
    )


def tell_task(
    task: Task,
    type: str,
    message: str,
    *,
    progress: int | None = None,
    payload: dict[str, Any] | None = None,
    level: str = Level.INFO,
) -> None:
    """Emit an event about a task into its job's stream."""
    _tell(
        task.job_id,
        type=type,
        subject=f"{noun_of(task.kind)}:{task.pk}",
        message=message,
        progress=progress,
        payload=payload,
        level=level,
    )


# what is told inside `told_together`, by job
_told: ContextVar[dict[int, list[dict[str, Any]]] | None] = ContextVar("told", default=None)


@contextmanager
def told_together(job_id: int) -> Iterator[None]:
    """Events about this job are kept until the end of the block and appended in one round trip.

    Use it inside a transaction. Nothing is kept of a block that raises.
    """
    waiting = _told.get() or {}
    if job_id in waiting:
        # a block within a block on the same job: the outer one appends, in the right order
        already = len(waiting[job_id])
        try:
            yield
        except BaseException:
            del waiting[job_id][already:]
            raise
        return
    token = _told.set({**waiting, job_id: []})
    try:
        yield
        facts = (_told.get() or {})[job_id]
    finally:
        _told.reset(token)
    if facts:
        append(f"job:{job_id}", facts)


def _tell(job_id: int, *, type: str, payload: dict[str, Any] | None, **facts: Any) -> None:
    waiting = (_told.get() or {}).get(job_id)
    if waiting is None:
        emit(f"job:{job_id}", type, payload=payload, **facts)
    else:
        waiting.append({"type": type, "payload": payload or {}, "actor": "", **facts})


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
    task.save(update_fields=[*fields, "updated_at"])


def fail_task(task: Task, code: str, message: str) -> None:
    """End a task as FAILED, and with it everything that waited for it."""
    end_task(task, TaskStatus.FAILED, error_code=code[:50], error_message=message)
    tell_task(task, code, message, level=Level.ERROR, payload={"error_code": code})
    failed(task)
    for dependent in _waiting_for(task):
        fail_task(dependent, code, message)


def cancel_open_task(task: Task) -> None:
    """End an open task as CANCELLED, and with it everything that waited for it."""
    end_task(task, TaskStatus.CANCELLED)
    tell_task(task, "CANCELLED", "Task cancelled")
    for dependent in _waiting_for(task):
        cancel_open_task(dependent)


def _waiting_for(task: Task) -> Iterable[Task]:
    return list(task.dependents.filter(status=TaskStatus.PENDING).order_by("id"))


def offer_dependents(task: Task) -> None:
    """After a success: the tasks that waited for it may run now."""
    for dependent in _waiting_for(task):
        offer_after_commit(dependent)


# --- verbs of people --------------------------------------------------------------------------


def cancel_job(job_id: int) -> Job:
    """Cancel a job and all its open tasks; what has finished stays as it is.

    Raises:
        InvalidInput: the job is finished already.
    """
    with locked(job_id) as job:
        if job.status in FINISHED_JOB:
            raise refusal(
                f"Job status is {job.status}. Only PENDING or RUNNING jobs can be cancelled."
            )
        job.cancelled_at = timezone.now()
        job.save(update_fields=["cancelled_at"])
        for task in job.tasks.filter(status__in=CANCELLABLE).order_by("id"):
            task.refresh_from_db()
            if task.status in CANCELLABLE:
                cancel_open_task(task)
    return job


def cancel_task(task_id: int) -> Task:
    """Cancel one open task. The job's status follows from its tasks.

    Raises:
        InvalidInput: the task is finished, or its whole job was cancelled.
    """
    with locked(_job_of(task_id)) as job:
        task = Task.objects.get(pk=task_id)
        if job.cancelled_at:
            raise refusal("Cannot cancel task: Job is already cancelled.")
        if task.status not in CANCELLABLE:
            raise refusal(
                f"Task status is {task.status}. Only PENDING or RUNNING tasks can be cancelled."
            )
        cancel_open_task(task)
    return task


def retry_task(task_id: int) -> Task:
    """Run a task again from the start; one that runs now loses its lease and its result.

    Raises:
        InvalidInput: the task succeeded, or its job was cancelled.
    """
    with locked(_job_of(task_id)) as job:
        task = Task.objects.get(pk=task_id)
        if job.cancelled_at:
            raise refusal("Cannot retry task: Job is cancelled.")
        if task.status not in RETRYABLE:
            raise refusal(
                f"Task status is {task.status}. "
                "Only FAILED, RUNNING, PENDING, or CANCELLED tasks can be retried."
            )
        reset_task(task, "Task retry initiated")
    return task


def reset_task(task: Task, message: str, *, level: str = Level.INFO) -> None:
    """Put a task back to PENDING with a clean slate, its failed preparation first."""
    if task.after and task.after.status in {TaskStatus.FAILED, TaskStatus.CANCELLED}:
        reset_task(task.after, message, level=level)
    put_back(task, attempt=0, progress=0, error_code="", error_message="", finished_at=None)
    task.trace_id = current_trace_id()
    task.save(update_fields=["trace_id"])
    tell_task(task, "RETRY", message, progress=0, level=level)


def put_back(task: Task, *, delay: float = 0, **fields: Any) -> None:
    """Make a task PENDING without a lease and offer it, now or after `delay` seconds."""
    now = timezone.now()
    wait = delay or offer_delay(0, settings.BUREAU_LEASE_SECONDS)
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
        offer_after_commit(task)


def _job_of(task_id: int) -> int:
    return Task.objects.values_list("job_id", flat=True).get(pk=task_id)


def refusal(sentence: str) -> InvalidInput:
    """A refused verb in the contracts' body, `{"error": sentence}`."""
    return InvalidInput(sentence, body={"error": sentence})
