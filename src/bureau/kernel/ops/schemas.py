"""Shapes of the health routes' answers, as clients of the original systems know them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Schema


class PongOut(Schema):
    """The web process itself answers."""

    status: Literal["ok"]
    message: Literal["pong"]
    service: str
    version: str


class DatabaseOut(Schema):
    """The database answers."""

    status: Literal["healthy"]
    latency_ms: float
    database: str


class DatabaseDownOut(Schema):
    """The database does not answer."""

    status: Literal["unhealthy"]
    error: str
    latency_ms: float


class ServiceOut(Schema):
    """A service answers."""

    status: Literal["ok"]
    service: str


class QueueHealthOut(Schema):
    """One queue; `running` counts what runs on the workers that take it, `last_done_seconds` is
    since one of its tasks was done."""

    state: Literal["ok", "nobody", "stuck"]
    workers: int
    waiting: int
    running: int
    oldest_waiting_seconds: float
    last_done_seconds: float | None


class WorkersOut(Schema):
    """Workers answer, and each queue is taken."""

    status: Literal["ok"]
    service: str
    workers: int
    queues: dict[str, QueueHealthOut]


class WarningOut(Schema):
    """The service answers and something is missing behind it."""

    status: Literal["warning"]
    service: str
    message: str
    queues: dict[str, QueueHealthOut]


class NoticeOut(Schema):
    """Something about a service that people should look at."""

    status: Literal["warning", "error"]
    service: str
    message: str


class ServiceDownOut(Schema):
    """A service does not answer."""

    status: Literal["error"]
    service: str
    message: str
    latency_ms: float


class QueueTaskOut(Schema):
    """A task as the monitor lists it."""

    id: int
    name: str
    status: str
    result: str | None
    args: list[Any]
    kwargs: dict[str, Any]
    queue: str
    worker: str | None
    started: datetime | None
    runtime: float | None


class QueueOut(Schema):
    """The queue as a whole; `error` when the broker is out of reach."""

    celery_enabled: bool
    workers_available: bool
    worker_count: int
    worker_names: list[str]
    broker_url: str
    # that the message bus is still to get; it falls to 0 unless the bus is out of reach
    events_waiting: int
    tasks: list[QueueTaskOut]
    error: str = ""


class TaskOut(Schema):
    """One task; `result` or `error` when it is ready."""

    task_id: int
    status: str
    ready: bool
    progress: int
    result: Any = None
    error: str = ""
    error_code: str = ""
