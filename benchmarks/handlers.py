"""Two tasks that do nothing, for a worker to include: one of the kernel's, one plain Celery task."""

from __future__ import annotations

import os
import time

import redis

from bureau.kernel.jobs.celery_app import app
from bureau.kernel.jobs.registry import handler
from bureau.kernel.jobs.runner import TaskRun

KERNEL_KIND = "benchmarks.nothing"
PLAIN_NAME = "benchmarks.plain"
QUEUE = "default"
# where plain tasks note when they ran; only the first and the last few do, so it costs nothing
MARKS = "benchmarks:marks"


@handler(KERNEL_KIND, queue=QUEUE)
def nothing(run: TaskRun) -> None:
    """Succeed at once."""


def plain(mark: bool) -> None:
    """Do nothing; with `mark` note the time."""
    if mark:
        redis.from_url(os.environ["REDIS_URL"]).rpush(MARKS, time.time())


app.task(plain, name=PLAIN_NAME)
