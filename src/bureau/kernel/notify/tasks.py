"""Handing messages over, in the background."""

from __future__ import annotations

from bureau.kernel.jobs.registry import handler
from bureau.kernel.jobs.runner import TaskRun
from bureau.kernel.notify import services

MOST_TRIES = 6


@handler(
    services.DELIVER, queue="notifications", entity_type="notification", max_attempts=MOST_TRIES
)
def deliver(run: TaskRun) -> None:
    """Hand one message to its carrier."""
    last_try = run.task.attempt >= run.task.max_attempts
    services.deliver(run.params["message"], last_try=last_try, finish=run.finish)
