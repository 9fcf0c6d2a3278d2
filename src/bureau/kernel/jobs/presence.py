"""Who works at the queues: workers say in Redis that they are there, and when a queue's task was done.

Anybody may ask without waiting for workers to answer, so pages can. It is no truth that work depends
on: rows and leases are. Where Redis cannot be asked, nothing is known (`Unknown`).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, cast

import redis
import structlog
from celery import Celery
from celery.signals import task_postrun, worker_ready, worker_shutting_down
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from bureau.kernel.jobs.celery_app import app

log = structlog.get_logger(__name__)

WORKERS_KEY, DONE_KEY = "bureau:workers", "bureau:queues"
# a worker says that it is there this often, and counts as gone when it was silent for so long: a
# worker that gets little of a busy machine is not gone
BEAT_SECONDS, GONE_SECONDS = 10.0, 90.0
ANSWER_SECONDS = 2.0
# of a stream of short tasks one a second is noted
NOTE_SECONDS = 1.0
PROBE = "jobs.probe"
_noted: dict[str, float] = {}


class Unknown(Exception):
    """Redis could not be asked."""


@app.task(name=PROBE, ignore_result=True)
def probe() -> None:
    """A task that does nothing: that it was done shows that its queue's tasks are done."""


def announce(worker: str, queues: Collection[str]) -> None:
    """Say that `worker` takes tasks of `queues` now."""
    said = json.dumps({"queues": sorted(queues), "at": time.time()})
    _quietly("hset", WORKERS_KEY, worker, said)


def leave(worker: str) -> None:
    """Say that `worker` takes no more tasks."""
    _quietly("hdel", WORKERS_KEY, worker)


def note_done(queue: str) -> None:
    """Say that a task of `queue` was done just now."""
    now = time.time()
    if abs(now - _noted.get(queue, 0.0)) >= NOTE_SECONDS:
        _noted[queue] = now
        _quietly("hset", DONE_KEY, queue, str(now))


def present_workers() -> dict[str, list[str]]:
    """Queue -> names of the workers that take its tasks, sorted.

    Raises:
        Unknown: see the module.
    """
    found: dict[str, list[str]] = {}
    for worker, text in sorted(_all(WORKERS_KEY).items()):
        said = json.loads(text)
        if time.time() - said["at"] < GONE_SECONDS:
            for queue in said["queues"]:
                found.setdefault(queue, []).append(worker)
    return found


def last_done() -> dict[str, float]:
    """Queue -> seconds since one of its tasks was done, however it ended.

    Raises:
        Unknown: see the module.
    """
    return {queue: max(time.time() - float(at), 0.0) for queue, at in _all(DONE_KEY).items()}


def forget_everything() -> None:
    """Forget what was said; for tests, and for installations whose queues have changed."""
    _noted.clear()
    _quietly("delete", WORKERS_KEY, DONE_KEY)


@worker_ready.connect
def _be_there(sender: Any, **_: Any) -> None:
    """Announce the worker again and again, and try each of its queues once."""
    celery: Celery = sender.app
    queues = sorted(celery.amqp.queues.consume_from)
    announce(sender.hostname, queues)
    # in the worker's own loop: a thread would be half there in the processes that it forks
    sender.timer.call_repeatedly(BEAT_SECONDS, announce, (sender.hostname, queues))
    for queue in queues:
        celery.send_task(PROBE, queue=queue, expires=600)


@worker_shutting_down.connect
def _be_gone(sender: Any, **_: Any) -> None:
    leave(str(sender))


@task_postrun.connect
def _note(task: Any = None, **_: Any) -> None:
    delivery = getattr(task.request, "delivery_info", None) or {}
    if queue := delivery.get("routing_key"):
        note_done(str(queue))


def _all(key: str) -> Mapping[str, str]:
    try:
        return cast("dict[str, str]", _client(os.getpid()).hgetall(key))
    except redis.RedisError as problem:
        raise Unknown from problem


def _quietly(command: str, *arguments: str) -> None:
    """What is said here helps those who look; a task does not fail because of it."""
    try:
        _client(os.getpid()).execute_command(command, *arguments)
    except redis.RedisError as problem:
        log.warning("presence_not_said", problem=type(problem).__name__)


@cache
def _client(pid: int) -> redis.Redis:
    """One a process: connections are not shared across a fork."""
    del pid
    return redis.Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_connect_timeout=ANSWER_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 1),
    )
