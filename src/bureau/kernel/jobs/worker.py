"""What a worker process does with a message: it names a row, which is claimed and run."""

from __future__ import annotations

from typing import Any

from celery import Celery, current_task
from celery.signals import celeryd_after_setup

from bureau.kernel.jobs.queues import QUEUES
from bureau.kernel.jobs.registry import handler_of, handlers, warm_up
from bureau.kernel.jobs.runner import run_task
from bureau.kernel.jobs.work_clock import limited_work


def register_tasks(app: Celery) -> None:
    """Give each registered kind a Celery task of its name, with the time limits of its queue.

    A kind that has one keeps it. Who only sends messages needs none of them.
    """
    for handler in handlers():
        app.task(_run_row, name=handler.kind, time_limit=QUEUES[handler.queue].wall)


def _run_row(task_id: int) -> None:
    with limited_work(QUEUES[handler_of(current_task.name).queue]):
        run_task(task_id, current_task.request.hostname or "")


@celeryd_after_setup.connect
def _prepare(instance: Any, **_: Any) -> None:
    """Before the worker forks: all kinds that modules registered so far, and what they load."""
    register_tasks(instance.app)
    warm_up(set(instance.app.amqp.queues.consume_from))
