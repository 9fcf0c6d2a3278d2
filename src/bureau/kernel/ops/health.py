"""Is what this installation stands on really there? Each probe asks over a connection of its own.

A probe never waits for the web process's pool, because a full pool must not look like a dead
database, and it never outlives `DEADLINE_SECONDS`, because some failures (a host that swallows
packets, a name server that is silent) obey no time-out of the driver's. Callers who ask at the
same time share one probe: a public address must not be a way to open connections without end.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from typing import Any

import psycopg
import redis
import structlog
from celery import Celery
from django.conf import settings
from django.db import connections
from redis.backoff import NoBackoff
from redis.retry import Retry

from bureau.kernel.files.space import free_bytes, reserve_bytes
from bureau.kernel.jobs.celery_app import app as celery_app
from bureau.kernel.jobs.queue_state import QueueFacts, queue_facts

log = structlog.get_logger(__name__)

VERSION = version("bureau")
# an answer has to be out within 5 s, whatever happens
DEADLINE_SECONDS = 4.5
CONNECT_SECONDS = 3
ANSWER_SECONDS = 2
PING_SECONDS = 1.0
SLOW_MS = 100.0


@dataclass(frozen=True)
class Finding:
    """What a probe found: `problem` is one plain sentence for the public, empty when well."""

    latency_ms: float
    problem: str = ""
    value: Any = None


@dataclass(frozen=True)
class Probe:
    """One thing to ask. `ask` returns a value or raises; `patience_ms` is what it always takes."""

    entity_type: str
    ask: Callable[[], Any]
    patience_ms: float = 0.0


def ask_database() -> str:
    """Run one statement as the application's role; returns the database's name."""
    parameters: dict[str, Any] = connections["default"].get_connection_params()
    for key in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(key, None)
    parameters |= {
        "connect_timeout": CONNECT_SECONDS,
        # milliseconds until the kernel gives a silent peer up
        "tcp_user_timeout": ANSWER_SECONDS * 1000,
        "application_name": "bureau-health",
    }
    with psycopg.connect(**parameters, autocommit=True) as connection:
        connection.execute(f"set statement_timeout = {ANSWER_SECONDS * 1000}")
        row = connection.execute("select current_database()").fetchone()
    assert row is not None
    return str(row[0])


def ask_redis() -> None:
    """PING the cache and socket layer's server."""
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=ANSWER_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        # the library's default would try three more times
        retry=Retry(NoBackoff(), 0),
    )
    with client:
        client.ping()


def ask_workers(app: Celery = celery_app) -> list[str]:
    """Reach the broker; names of the workers that answer a control ping within a second."""
    with app.connection_for_write(connect_timeout=ANSWER_SECONDS) as broker:
        # no pause before the one retry: the deadline is near
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=ANSWER_SECONDS)
        answers = app.control.ping(timeout=PING_SECONDS, connection=broker)
        return sorted(name for answer in answers for name in answer)


class DiskState(StrEnum):
    """How much room there is for files."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class DiskRoom:
    """Bytes that are free on the disk of the data directory, and those that uploads leave alone."""

    free: int
    reserve: int

    @property
    def state(self) -> DiskState:
        """Warned of early: while as much as the reserve is still free above it."""
        if self.free < self.reserve:
            return DiskState.ERROR
        return DiskState.WARNING if self.free < 2 * self.reserve else DiskState.OK

    @property
    def problem(self) -> str:
        """One sentence for the public, empty while all is well."""
        return {
            DiskState.OK: "",
            DiskState.WARNING: "The disk is nearly full.",
            DiskState.ERROR: "The disk is full: files are refused.",
        }[self.state]


def disk_room() -> DiskRoom:
    """Look at the disk of the data directory."""
    return DiskRoom(free_bytes(settings.DATA_DIR), reserve_bytes())


def ask_queues() -> list[QueueFacts]:
    """What is known of every queue, without waiting for a worker."""
    try:
        return queue_facts()
    finally:
        # a thread of the examiner's has a connection of its own, which nobody else would close
        connections["default"].close()


DATABASE = Probe("database", ask_database)
REDIS = Probe("Redis server", ask_redis)
WORKERS = Probe("message broker", ask_workers, patience_ms=PING_SECONDS * 1000)
QUEUES = Probe("queues", ask_queues)


class Examiner:
    """Runs probes in threads of its own, each at most once at a time."""

    def __init__(self, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._deadline = deadline_seconds
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="health")
        self._lock = threading.Lock()
        self._asked: dict[Probe, Future[Any]] = {}

    def examine(self, probe: Probe) -> Finding:
        """Ask, and wait no longer than the deadline. Never raises on account of the outside."""
        started = time.perf_counter()
        try:
            answer = self._question(probe)
            failure = answer.exception(timeout=self._deadline)
        except TimeoutError:
            return _ill(
                probe, started, f"The {probe.entity_type} did not answer in time.", "timeout"
            )
        if failure is not None:
            # whatever a driver raised means the same to the caller
            return _ill(
                probe, started, f"The {probe.entity_type} cannot be reached.", repr(failure)
            )
        return _well(probe, started, answer.result())

    def _question(self, probe: Probe) -> Future[Any]:
        with self._lock:
            running = self._asked.get(probe)
            if running is None or running.done():
                running = self._asked[probe] = self._threads.submit(probe.ask)
            return running


def _well(probe: Probe, started: float, value: Any) -> Finding:
    took = _milliseconds_since(started)
    if took - probe.patience_ms > SLOW_MS:
        log.warning(f"{probe.entity_type} health check latency is high", latency_ms=took)
    return Finding(took, value=value)


def _ill(probe: Probe, started: float, problem: str, cause: str) -> Finding:
    took = _milliseconds_since(started)
    log.error("health check failed", probe=probe.entity_type, cause=cause, latency_ms=took)
    return Finding(took, problem)


def _milliseconds_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)


examiner = Examiner()
