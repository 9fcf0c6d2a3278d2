"""Events of jobs and tasks: all of a job's go into one stream."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypedDict, Unpack

from bureau.kernel.events.log import append
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.registry import entity_type_of


class Facts(TypedDict, total=False):
    """What an event may say beside its message; see `emit`."""

    progress: int | None
    payload: dict[str, Any] | None
    level: str


def publish_job_event(job: Job, type: str, message: str, **facts: Unpack[Facts]) -> None:
    """Emit an event about the job itself."""
    _tell(job.pk, job.stream, type, message, **facts)


def publish_task_event(task: Task, type: str, message: str, **facts: Unpack[Facts]) -> None:
    """Emit an event about a task into its job's stream."""
    _tell(task.job_id, f"{entity_type_of(task.kind)}:{task.pk}", type, message, **facts)


# what is told inside `batched_events`, by job
_told: ContextVar[dict[int, list[dict[str, Any]]] | None] = ContextVar("told", default=None)


@contextmanager
def batched_events(job_id: int) -> Iterator[None]:
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


def _tell(job_id: int, subject: str, type: str, message: str, **facts: Unpack[Facts]) -> None:
    fact = {"type": type, "subject": subject, "message": message, **facts}
    waiting = (_told.get() or {}).get(job_id)
    if waiting is None:
        append(f"job:{job_id}", [fact])
    else:
        waiting.append(fact)
