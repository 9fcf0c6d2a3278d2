"""The pure rules of jobs and tasks: what a job's status is, which moves are allowed, when to retry.

Nothing here touches the database; everything else asks here. The job table, published in
`docs/jobs.md`, for the tasks that count (preparations and descriptions do not):

| the job was cancelled | tasks                                             | job             |
|-----------------------|---------------------------------------------------|-----------------|
| yes                   | any                                               | CANCELLED       |
| no                    | none, or all PENDING                              | PENDING         |
| no                    | any RUNNING, or PENDING beside finished ones      | RUNNING         |
| no                    | all CANCELLED                                     | CANCELLED       |
| no                    | finished; leaving CANCELLED aside all SUCCESS     | SUCCESS         |
| no                    | finished; leaving CANCELLED aside all FAILED      | FAILED          |
| no                    | finished; both SUCCESS and FAILED                 | PARTIAL_SUCCESS |
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import models

from bureau.kernel.errors import BureauError


class TaskStatus(models.TextChoices):
    """Where a task stands."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class JobStatus(models.TextChoices):
    """Where a job stands; derived from its tasks by `job_status`."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    SUCCESS = "SUCCESS"
    PARTIAL_SUCCESS = "PARTIAL_SUCCESS"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


OPEN = frozenset({TaskStatus.PENDING, TaskStatus.RUNNING})
FINISHED = frozenset(TaskStatus) - OPEN
CANCELLABLE = OPEN
RETRYABLE = frozenset(TaskStatus) - {TaskStatus.SUCCESS}
FINISHED_JOB = frozenset(JobStatus) - {JobStatus.PENDING, JobStatus.RUNNING}


def job_status(tasks: Collection[str], *, cancelled: bool = False) -> JobStatus:
    """The status of a job whose counting tasks have these statuses (the table above)."""
    outcomes = {TaskStatus(status) for status in tasks}
    if cancelled:
        return JobStatus.CANCELLED
    if outcomes <= {TaskStatus.PENDING}:
        return JobStatus.PENDING
    if outcomes & OPEN:
        return JobStatus.RUNNING
    return _outcome(outcomes - {TaskStatus.CANCELLED})


def _outcome(ran: set[TaskStatus]) -> JobStatus:
    if not ran:
        return JobStatus.CANCELLED
    if ran == {TaskStatus.SUCCESS}:
        return JobStatus.SUCCESS
    if ran == {TaskStatus.FAILED}:
        return JobStatus.FAILED
    return JobStatus.PARTIAL_SUCCESS


def job_progress(progresses: Collection[int]) -> int:
    """A job's progress, 0..100: the integer mean of its counting tasks."""
    return sum(progresses) // len(progresses) if progresses else 0


def retry_delay(attempt: int) -> float:
    """Seconds to wait before the next try after `attempt` tries: 2, 4, 8 … at most 300."""
    return float(min(2 ** min(attempt, 10), 300))


def requested_delay(error: BureauError) -> float:
    """Seconds that whoever failed asked to wait (`Retry-After`), at most an hour; 0 if unsaid."""
    asked = error.headers.get("Retry-After", "")
    return float(min(int(asked), 3_600)) if asked.isascii() and asked.isdigit() else 0.0


def redispatch_delay(offers: int, lease_seconds: float) -> float:
    """Seconds until a pending task is offered again: a lease, doubled with each offer, to an hour.

    A task waits either because its message was lost, or because the queue is long; the doubling
    keeps a long queue from filling up with repeated hints.
    """
    return float(min(lease_seconds * 2 ** min(offers, 10), 3_600))
