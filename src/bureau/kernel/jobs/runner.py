"""Running one task: claim the row, keep the lease, call the handler, write the end once.

A worker that stalls longer than its lease, is killed, or whose task was cancelled or retried by a
person finds the lease gone and writes nothing more.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

import structlog
from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.utils import timezone

from bureau.kernel.actor_context import on_behalf_of
from bureau.kernel.errors import BureauError
from bureau.kernel.events.models import Level
from bureau.kernel.jobs import transitions
from bureau.kernel.jobs.claims import claim_task, lease_end
from bureau.kernel.jobs.heartbeat import heartbeat_for
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.publishing import publish_task_event
from bureau.kernel.jobs.queues import lease_seconds
from bureau.kernel.jobs.registry import handler_of
from bureau.kernel.jobs.status import TaskStatus, requested_delay, retry_delay
from bureau.kernel.jobs.transitions import lock_job
from bureau.kernel.trace import tracing

log = structlog.get_logger(__name__)

# what a run came to, where the row's word would say something else
OUTCOMES = {str(TaskStatus.PENDING): "RETRY"}


class Stopped(Exception):
    """The task is no longer this worker's: cancelled, retried, or its lease ran out."""


@dataclass
class Outcome:
    """What a handler leaves behind inside `finish`: facts for the row and for the DONE event.

    Attributes:
        job: the task's job, for tasks that follow.
    """

    job: Job
    result: dict[str, Any] | None = None
    message: str = "Task completed"
    payload: dict[str, Any] = field(default_factory=dict)


class TaskRun:
    """A claimed task in the hands of its handler."""

    def __init__(self, task: Task, lease: uuid.UUID) -> None:
        self.task, self.lease = task, lease
        self.params: dict[str, Any] = task.params
        self.finished = self.lost = False
        self._lost = threading.Event()

    def progress(self, percent: int, message: str, payload: dict[str, Any] | None = None) -> None:
        """Report progress, 0..100; call it outside transactions so that watchers see it at once.

        Raises:
            Stopped: the task is no longer ours.
        """
        with self._job():
            self._write(progress=percent)
            publish_task_event(self.task, "PROGRESS", message, progress=percent, payload=payload)

    def log(
        self, message: str, *, level: str = Level.INFO, type: str = "LOG", **facts: Any
    ) -> None:
        """Add a line to the job's event stream.

        Raises:
            Stopped: the task is no longer ours.
        """
        with lock_job(self.task.job_id, settles=False):
            self._must_hold()
            publish_task_event(self.task, type, message, level=level, payload=facts)

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
        self.checkpoint()
        with lock_job(self.task.job_id, settles=False) as job:
            outcome = Outcome(job)
            yield outcome
            told = {"message": outcome.message, "payload": outcome.payload}
            if not transitions.complete(job, self.task, outcome.result, told):
                self._lose()
        self.finished = True

    def _job(self) -> AbstractContextManager[Job]:
        """The job's lock; nobody can take the lease before we commit."""
        self.checkpoint()
        return lock_job(self.task.job_id, settles=self.task.counts)

    def _write(self, **fields: Any) -> None:
        """Write the task if it is still ours (the caller holds the job's lock)."""
        fields["updated_at"] = timezone.now()
        if not transitions.HELD.set(fields, id=self.task.pk, lease=self.lease):
            self._lose()
        for name, value in fields.items():
            setattr(self.task, name, value)

    def _must_hold(self) -> None:
        """Check the lease while the job is locked; nobody can take it before we commit."""
        held = Task.objects.filter(pk=self.task.pk, lease=self.lease, status=TaskStatus.RUNNING)
        if not held.exists():
            self._lose()

    def _lose(self) -> NoReturn:
        self._lost.set()
        raise Stopped

    def renew(self) -> bool:
        """Extend the lease; false when it is lost."""
        renewed = Task.objects.filter(pk=self.task.pk, lease=self.lease).update(
            lease_until=lease_end(self.task.queue)
        )
        if not renewed:
            self._lost.set()
        return bool(renewed)


def claim(task_id: int, worker: str = "") -> TaskRun | None:
    """Take a waiting task; None when there is nothing to take (done, taken, cancelled, not yet)."""
    task = claim_task(task_id, worker)
    return TaskRun(task, task.lease) if task and task.lease else None


def _actor_context(task: Task) -> AbstractContextManager[object]:
    """A kind is called after its desk: `insights.describe`."""
    owner: int | None = task.job_owner  # type: ignore[attr-defined]  # a column of the claim
    return on_behalf_of(task.kind.partition(".")[0], owner)


def _lease(run: TaskRun) -> float:
    return lease_seconds(run.task.queue, settings.BUREAU_LEASE_SECONDS)


# hear of each run that ended: queue, kind, outcome, seconds
Observer = Callable[[str, str, str, float], None]
_observers: list[Observer] = []


def observe_runs(observer: Observer) -> None:
    """Hear of each run of a task in this process when it ended; once, at start."""
    _observers.append(observer)


@contextmanager
def _logged(run: TaskRun) -> Iterator[None]:
    """One log line for a run, under the trace id of whoever asked for the work."""
    started = time.monotonic()
    yield
    task, seconds = run.task, time.monotonic() - started
    outcome = "STOPPED" if run.lost else OUTCOMES.get(task.status, str(task.status))
    log.info(
        "task",
        task=task.pk,
        kind=task.kind,
        queue=task.queue,
        outcome=outcome,
        attempt=task.attempt,
        code=task.error_code if outcome != TaskStatus.SUCCESS else "",
        ms=round(seconds * 1000, 1),
    )
    for observer in _observers:
        observer(task.queue, task.kind, outcome, seconds)


def run_task(task_id: int, worker: str = "") -> None:
    """Claim and run one task to its end. Never raises: the outcome is in the row.

    Args:
        worker: who runs it, for the monitors.
    """
    run = claim(task_id, worker)
    if run is None:
        return
    with (
        tracing(run.task.trace_id),
        _actor_context(run.task),
        heartbeat_for(run.renew, _lease(run)),
        _logged(run),
    ):
        try:
            handler_of(run.task.kind).function(run)
            if not run.finished:
                with run.finish():
                    pass
        except Stopped:
            run.lost = True
        except BureauError as error:
            wait = requested_delay(error)
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
        with lock_job(task.job_id):
            run._must_hold()
            if retry and task.attempt < task.max_attempts:
                delay = max(retry_delay(task.attempt), least_wait)
                transitions.requeue(task, delay=delay, error_code=code, error_message=message)
                text = f"{message} Trying again in {delay:.0f} s."
                publish_task_event(
                    task, "RETRY", text, level=Level.WARNING, payload={"error_code": code}
                )
            else:
                transitions.fail_task(task, code, message)
    except Stopped:
        run.lost = True
