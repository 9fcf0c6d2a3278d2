"""Running one task: claim the row, keep the lease, call the handler, write the end once.

A worker that stalls longer than its lease, is killed, or whose task was cancelled or retried by a
person finds the lease gone and writes nothing more.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import structlog
from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from bureau.kernel.errand import on_behalf_of
from bureau.kernel.errors import BureauError
from bureau.kernel.events.models import Level
from bureau.kernel.jobs import services
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.registry import handler_of
from bureau.kernel.jobs.services import locked, tell_task
from bureau.kernel.jobs.status import JobStatus, TaskStatus, asked_wait, retry_delay
from bureau.kernel.trace import tracing

log = structlog.get_logger(__name__)


class Stopped(Exception):
    """The task is no longer this worker's: cancelled, retried, or its lease ran out."""


@dataclass
class Outcome:
    """What a handler leaves behind inside `finish`: facts for the row and for the DONE event."""

    result: dict[str, Any] | None = None
    message: str = "Task completed"
    payload: dict[str, Any] = field(default_factory=dict)


class TaskRun:
    """A claimed task in the hands of its handler."""

    def __init__(self, task: Task, lease: uuid.UUID) -> None:
        self.task, self.lease = task, lease
        self.params: dict[str, Any] = task.params
        self.finished = False
        self._lost = threading.Event()

    def progress(self, percent: int, message: str, payload: dict[str, Any] | None = None) -> None:
        """Report progress, 0..100; call it outside transactions so that watchers see it at once.

        Raises:
            Stopped: the task is no longer ours.
        """
        with self._job():
            self._write(progress=percent)
            tell_task(self.task, "PROGRESS", message, progress=percent, payload=payload)

    def log(
        self, message: str, *, level: str = Level.INFO, type: str = "LOG", **facts: Any
    ) -> None:
        """Add a line to the job's event stream.

        Raises:
            Stopped: the task is no longer ours.
        """
        with locked(self.task.job_id, settles=False):
            self._must_hold()
            tell_task(self.task, type, message, level=level, payload=facts)

    def checkpoint(self) -> None:
        """Raise Stopped if the lease is lost; cheap, for use inside loops."""
        if self._lost.is_set():
            raise Stopped

    @contextmanager
    def finish(self) -> Iterator[Outcome]:
        """One transaction for the handler's effects and the task's success.

        Raises:
            Stopped: the task is no longer ours; nothing of the block is kept.
        """
        with self._job():
            outcome = Outcome()
            yield outcome
            self._write(
                **services.ended(TaskStatus.SUCCESS, progress=100, result=outcome.result),
                # what an earlier try failed with is told by the log, not by a task that succeeded
                error_code="",
                error_message="",
            )
            tell_task(self.task, "DONE", outcome.message, progress=100, payload=outcome.payload)
            services.offer_dependents(self.task)
        self.finished = True

    def _job(self) -> AbstractContextManager[Job]:
        """The job's lock; nobody can take the lease before we commit."""
        self.checkpoint()
        return locked(self.task.job_id, settles=self.task.counts)

    def _write(self, **fields: Any) -> None:
        """Write the task if it is still ours (the caller holds the job's lock)."""
        fields["updated_at"] = timezone.now()
        if not self._held().update(**fields):
            self._lost.set()
            raise Stopped
        for name, value in fields.items():
            setattr(self.task, name, value)

    def _held(self) -> QuerySet[Task]:
        return Task.objects.filter(pk=self.task.pk, lease=self.lease, status=TaskStatus.RUNNING)

    def _must_hold(self) -> None:
        """Check the lease while the job is locked; nobody can take it before we commit."""
        if not self._held().exists():
            self._lost.set()
            raise Stopped

    def renew(self) -> bool:
        """Extend the lease; false when it is lost."""
        renewed = Task.objects.filter(pk=self.task.pk, lease=self.lease).update(
            lease_until=_lease_end()
        )
        if not renewed:
            self._lost.set()
        return bool(renewed)


def _lease_end() -> Any:
    return timezone.now() + timedelta(seconds=settings.BUREAU_LEASE_SECONDS)


class Heartbeat:
    """Renews a run's lease from a thread. A task shorter than a third of it never needs one."""

    def __init__(self, run: TaskRun) -> None:
        self._run = run
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        opened = False
        while not self._stop.wait(settings.BUREAU_LEASE_SECONDS / 3):
            opened = True
            try:
                if not self._run.renew():
                    break
            except (
                Exception
            ) as problem:  # the database may be restarting: the next beat may reach it
                log.warning("heartbeat_failed", problem=type(problem).__name__)
                connection.close()
        if opened:
            connection.close()


# One statement: the job is locked first, as by every verb, and a task that changed meanwhile is
# checked again in its newest version. A prior task's success is never taken back. The first claim
# makes a waiting job a running one: no look at its other tasks could say otherwise.
_CLAIM = """
    WITH job AS MATERIALIZED (
        SELECT id, status, cancelled_at, owner_id FROM jobs_job
        WHERE id = (SELECT job_id FROM jobs_task WHERE id = %(task)s) FOR UPDATE
    ),
    claimed AS (
        UPDATE jobs_task AS task
        SET status = 'RUNNING', attempt = attempt + 1, progress = 0, lease = %(lease)s,
            worker = %(worker)s, lease_until = %(lease_until)s, started_at = %(now)s, updated_at = %(now)s
        FROM job
        WHERE task.id = %(task)s AND task.status = 'PENDING' AND job.cancelled_at IS NULL
            AND (task.not_before IS NULL OR task.not_before <= %(now)s)
            AND (task.after_id IS NULL OR EXISTS (
                SELECT FROM jobs_task AS prior
                WHERE prior.id = task.after_id AND prior.status = 'SUCCESS'
            ))
        RETURNING task.*, job.status AS job_status, job.owner_id AS job_owner
    ),
    started AS (
        UPDATE jobs_job SET status = 'RUNNING', updated_at = %(now)s FROM claimed
        WHERE jobs_job.id = claimed.job_id AND jobs_job.status = 'PENDING'
            AND claimed.counts AND claimed.attempt = 1
    )
    SELECT * FROM claimed
"""


def claim(task_id: int, worker: str = "") -> TaskRun | None:
    """Take a waiting task; None when there is nothing to take (done, taken, cancelled, not yet)."""
    lease = uuid.uuid4()
    facts = {
        "task": task_id,
        "lease": lease,
        "lease_until": _lease_end(),
        "worker": worker[:120],
        "now": timezone.now(),
    }
    with transaction.atomic():
        task = next(iter(Task.objects.raw(_CLAIM, facts)), None)
        if task is None:
            return None
        with services.told_together(task.job_id):
            tell_task(task, "START", "Task started", progress=0, payload={"attempt": task.attempt})
            _move_job(task)
    return TaskRun(task, lease)


def _move_job(task: Task) -> None:
    """What a claim changes of its job: by its first running task, or by progress that was lost."""
    status: str = task.job_status  # type: ignore[attr-defined]  # a column of the claim
    if not task.counts:
        return
    if task.attempt > 1 or status not in {JobStatus.PENDING, JobStatus.RUNNING}:
        services.settle(task.job)
    elif status == JobStatus.PENDING:
        services.tell_job(Job(pk=task.job_id), "START", "Job started", progress=0)


def _errand(task: Task) -> AbstractContextManager[object]:
    """A kind is called after its desk: `insights.describe`."""
    owner: int | None = task.job_owner  # type: ignore[attr-defined]  # a column of the claim
    return on_behalf_of(task.kind.partition(".")[0], owner)


def run_task(task_id: int, worker: str = "") -> None:
    """Claim and run one task to its end. Never raises: the outcome is in the row.

    Args:
        worker: who runs it, for the monitors.
    """
    run = claim(task_id, worker)
    if run is None:
        return
    with tracing(run.task.trace_id), _errand(run.task), Heartbeat(run):
        try:
            handler_of(run.task.kind).function(run)
            if not run.finished:
                with run.finish():
                    pass
        except Stopped:
            log.info("task_stopped", task=task_id, kind=run.task.kind)
        except BureauError as error:
            wait = asked_wait(error)
            _end_with(run, error.code, error.message, retry=error.temporary, least_wait=wait)
        except SoftTimeLimitExceeded:
            _end_with(run, "TIMEOUT", "The task took longer than its queue allows.", retry=False)
        except Exception:
            # the trace goes to the log, under the id the client sees in the event; not to the client
            log.exception("task_crashed", task=task_id, kind=run.task.kind)
            _end_with(run, "INTERNAL_ERROR", "The task failed unexpectedly.", retry=False)


def _end_with(run: TaskRun, code: str, message: str, *, retry: bool, least_wait: float = 0) -> None:
    """Write a failure, or put the task back for another try, unless it is no longer ours."""
    task = run.task
    try:
        with locked(task.job_id):
            run._must_hold()
            if retry and task.attempt < task.max_attempts:
                delay = max(retry_delay(task.attempt), least_wait)
                services.put_back(task, delay=delay, error_code=code, error_message=message)
                text = f"{message} Trying again in {delay:.0f} s."
                tell_task(task, "RETRY", text, level=Level.WARNING, payload={"error_code": code})
            else:
                services.fail_task(task, code, message)
    except Stopped:
        log.info("task_stopped", task=task.pk, kind=task.kind)
