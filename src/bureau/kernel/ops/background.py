"""What the queue's monitors see: the workers, the newest tasks, one task. Facts come from the rows.

The words are those Celery's clients know: a running task is STARTED, one that waits for another
try is RETRY.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from bureau.kernel.events.relay import waiting
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.status import FINISHED, TaskStatus
from bureau.kernel.ops import health
from bureau.kernel.ops.health import examiner

Shape = dict[str, Any]
ResultShape = Callable[[Task], Shape | None]
NEWEST = 50

_WORDS = {
    TaskStatus.PENDING: "PENDING",
    TaskStatus.RUNNING: "STARTED",
    TaskStatus.SUCCESS: "SUCCESS",
    TaskStatus.FAILED: "FAILURE",
    TaskStatus.CANCELLED: "REVOKED",
}
_results: dict[str, ResultShape] = {}


def register_result(kind: str, shape: ResultShape) -> None:
    """Compose the result of a kind from its rows when it is asked for.

    For kinds whose result does not belong into the task's row, because it is about a person.
    """
    _results[kind] = shape


def status_word(task: Task) -> str:
    """A task's status in the words of Celery's clients."""
    if task.status == TaskStatus.PENDING and task.attempt:
        return "RETRY"
    return _WORDS[TaskStatus(task.status)]


def task_shape(task: Task) -> Shape:
    """One task for the one who asked for it: `result` when it succeeded, `error` when it failed."""
    shape: Shape = {
        "task_id": task.pk,
        "status": status_word(task),
        "ready": task.status in FINISHED,
        "progress": task.progress,
    }
    if task.status == TaskStatus.SUCCESS:
        compose = _results.get(task.kind)
        shape["result"] = compose(task) if compose else task.result
    elif task.status in FINISHED:
        shape["error"] = task.error_message or "The task was cancelled."
        shape["error_code"] = task.error_code or str(TaskStatus.CANCELLED)
    return shape


def queue_status() -> Shape:
    """The workers that answer, the broker and the newest tasks; always an answer."""
    found = examiner.examine(health.WORKERS)
    names: list[str] = found.value or []
    shape = {
        "celery_enabled": True,
        "workers_available": bool(names),
        "worker_count": len(names),
        "worker_names": names,
        "broker_url": without_login(settings.CELERY_BROKER_URL),
        "events_waiting": waiting(),
        "tasks": [_row(task) for task in Task.objects.order_by("-id")[:NEWEST]],
    }
    return {**shape, "error": found.problem} if found.problem else shape


def without_login(url: str) -> str:
    """A broker's address as people may see it: no name, no password, no path of a socket."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    path = parts.path if host else ""
    return f"{parts.scheme}://{host}{port}{path}"


def _row(task: Task) -> Shape:
    """A line of the monitor. Parameters are ids; results may be about persons and stay out."""
    return {
        "id": task.pk,
        "name": task.kind,
        "status": status_word(task),
        "result": task.error_message or None,
        "args": [],
        "kwargs": task.params,
        "queue": task.queue,
        # who has it, or had it last
        "worker": task.worker or None,
        "started": task.started_at,
        "runtime": _runtime(task),
    }


def _runtime(task: Task) -> float | None:
    if task.started_at is None:
        return None
    end = task.finished_at if task.status in FINISHED else timezone.now()
    return round(((end or timezone.now()) - task.started_at).total_seconds(), 3)
