"""A process beside the worker: makes tasks while the worker does not listen, then lets it work.

Reads one JSON line a round, `{"race": "plain" | "kernel", "jobs": J, "tasks": T}` for J jobs of T
tasks, and answers `{"enqueue": seconds, "run": seconds}`, both for all tasks together.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import redis
from django.db import transaction
from django.db.models import Max, Min

from benchmarks import django_ready  # noqa: F401  (must come before the models)
from benchmarks.handlers import KERNEL_KIND, MARKS, PLAIN_NAME, QUEUE
from bureau.kernel.jobs.celery_app import app
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.services import create_job, enqueue
from bureau.kernel.jobs.status import OPEN

POLL_SECONDS = 0.05
PATIENCE = 90.0
# plain tasks at either end that note their time: two processes may finish in another order
MARKED = 3

store = redis.from_url(os.environ["REDIS_URL"])


def main() -> None:
    """Answer a line for a line, until there are no more."""
    wait_for(lambda: app.control.ping(timeout=1.0))
    for line in sys.stdin:
        order = json.loads(line)
        race = plain_race if order["race"] == "plain" else kernel_race
        print(json.dumps(race(order["jobs"], order["tasks"])), flush=True)


def plain_race(jobs: int, tasks: int) -> dict[str, float]:
    """The same number of plain Celery messages."""
    count = jobs * tasks
    store.delete(MARKS)
    pause()
    started = time.perf_counter()
    for number in range(count):
        mark = number < MARKED or number >= count - MARKED
        app.send_task(PLAIN_NAME, args=[mark], queue=QUEUE, retry=False)
    enqueued = time.perf_counter() - started
    resume()
    wait_for(lambda: store.llen(MARKS) == 2 * MARKED)
    noted: Any = store.lrange(MARKS, 0, -1)
    marks = [float(mark) for mark in noted]
    return {"enqueue": enqueued, "run": max(marks) - min(marks)}


def kernel_race(jobs: int, tasks: int) -> dict[str, float]:
    """Kernel tasks: rows, leases, events and all."""
    pause()
    started = time.perf_counter()
    made = [_job(tasks) for _ in range(jobs)]
    enqueued = time.perf_counter() - started
    rows = Task.objects.filter(job__in=made)
    resume()
    wait_for(lambda: not rows.filter(status__in=OPEN).exists())
    times: dict[str, Any] = rows.aggregate(first=Min("started_at"), last=Max("finished_at"))
    return {"enqueue": enqueued, "run": (times["last"] - times["first"]).total_seconds()}


def _job(tasks: int) -> int:
    with transaction.atomic():
        job = create_job(None, "benchmarks")
        for _ in range(tasks):
            enqueue(job, KERNEL_KIND)
    return int(job.pk)


def pause() -> None:
    """Stop the worker from taking messages."""
    app.control.cancel_consumer(QUEUE, reply=True, timeout=2.0, limit=1)


def resume() -> None:
    """Let the worker take messages; does not wait for its answer."""
    app.control.add_consumer(QUEUE)


def wait_for(done: Callable[[], object]) -> None:
    """Poll until it is true.

    Raises:
        TimeoutError: it did not become true.
    """
    deadline = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError("the worker did not finish its tasks")
        time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    main()
