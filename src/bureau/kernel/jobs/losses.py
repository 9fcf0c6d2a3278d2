"""What a worker notices of a loss, so that a task need not wait for its lease or its next offer.

Its main process sees a child die, and sees its own connection to the broker come back. It asks a task
of the queue `maintenance` to look at the rows: the main process keeps no connection to the database.
"""

from __future__ import annotations

from typing import Any

import structlog
from celery import bootsteps
from celery.exceptions import WorkerLostError
from celery.signals import task_failure

from bureau.kernel.jobs.celery_app import app

log = structlog.get_logger(__name__)

LOST, BACK = "jobs.reclaim", "jobs.redispatch_waiting"


@task_failure.connect
def _tell_of_lost_process(sender: Any, exception: Any, args: Any, **_: Any) -> None:
    if isinstance(exception, WorkerLostError) and args:
        _ask(LOST, [args[0], sender.request.hostname])


class OfferAgain(bootsteps.StartStopStep):
    """Runs each time the worker is connected: after the first time a connection was cut, and with it
    may have gone what the broker held."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self.was_connected = False

    def start(self, consumer: Any) -> None:
        """Connected, for the first time or again."""
        if self.was_connected:
            _ask(BACK, [])
        self.was_connected = True


def _ask(task: str, arguments: list[Any]) -> None:
    try:
        app.send_task(task, args=arguments, queue="maintenance", expires=60)
    except Exception as problem:  # kombu raises a different class for every transport
        # the lease and the sweep bring it back later
        log.warning("loss_not_told", task=task, problem=type(problem).__name__)


app.steps["consumer"].add(OfferAgain)
