"""The Celery application. Its messages carry a task's id and nothing else.

Messages are acknowledged as soon as a worker takes them: the row, its lease and the sweep decide
what runs again, so a redelivery by the broker would only be noise. Publishing never waits long
for a broker that is down; the sweep offers the row when it is back.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_ready
from kombu.entity import Queue

from bureau.kernel.jobs.queues import QUEUES, VISIBILITY_TIMEOUT

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")

app = Celery("bureau")

# how long a process of a pool may take to say that it is up
PROC_ALIVE_SECONDS = 300.0
# A connection that is kept may have died since its last use: one more try, at once, on a new one.
# Without it a beat whose broker was restarted would try the dead one for ever.
ONCE_MORE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}


def transport_options(broker_url: str) -> dict[str, Any]:
    """Broker settings: short time-outs, and quick restoring where the broker hides messages."""
    # kombu's own default is to try for seconds, in the request that sends the message
    once = {"max_retries": 0, "interval_start": 0}
    if broker_url.startswith(("amqp", "pyamqp")):
        return {**once, "confirm_publish": True}
    return {
        **once,
        "visibility_timeout": VISIBILITY_TIMEOUT,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 3,
        "socket_timeout": 10,
    }


def configure(broker_url: str) -> None:
    """Point the application at a broker."""
    app.conf.update(
        broker_url=broker_url,
        broker_transport_options=transport_options(broker_url),
        broker_connection_timeout=3,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        task_ignore_result=True,
        task_acks_late=False,
        task_default_queue="default",
        task_queues=[Queue(name, durable=True, routing_key=name) for name in QUEUES],
        task_create_missing_queues=False,
        # A broker notices late that a worker was killed or cut off. Were the worker's control
        # queue exclusive, the one that takes its place would be refused and end.
        control_queue_exclusive=False,
        control_queue_durable=True,
        task_publish_retry=True,
        task_publish_retry_policy=ONCE_MORE,
        worker_prefetch_multiplier=1,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_max_tasks_per_child=1_000,
        # Celery's 4 s end every new process of a busy machine, and then the next one
        worker_proc_alive_timeout=PROC_ALIVE_SECONDS,
        timezone="UTC",
        beat_schedule=BEAT_SCHEDULE,
        beat_scheduler="bureau.kernel.jobs.clock:OneClock",
    )


def _every(seconds: int, task: str) -> dict[str, Any]:
    """A beat entry whose message is dropped when nobody could take it before the next one."""
    return {
        "task": task,
        "schedule": seconds,
        "options": {"queue": "maintenance", "expires": seconds * 2},
    }


BEAT_SCHEDULE = {
    "sweep-tasks": _every(5, "jobs.sweep"),
    "relay-events": _every(2, "events.relay"),
    "seal-events": _every(60, "events.seal"),
    "forget-messages": _every(86_400, "events.forget_messages"),
    "sweep-files": _every(3_600, "files.sweep"),
    "maintain-database": _every(86_400, "maintenance.database"),
}


def run_every(seconds: int, task: str) -> None:
    """Add a task of a desk to the clock; call it where the task is defined."""
    BEAT_SCHEDULE[task] = _every(seconds, task)
    app.conf.beat_schedule = BEAT_SCHEDULE


@setup_logging.connect
def _use_our_logging(**_: Any) -> None:
    """Logging is configured by the settings; Celery must not add its own."""


@worker_ready.connect
def _sweep_at_start(**_: Any) -> None:
    app.send_task("jobs.sweep", queue="maintenance", expires=60)
