"""Telling the broker that a row waits. A broker that is down costs little and loses nothing.

After a failure the broker is left alone for a moment, so that a request which made ten tasks does
not wait ten times for it; the sweep offers the rows later.
"""

from __future__ import annotations

import time

import structlog
from django.db import transaction
from django.utils import timezone

from bureau.kernel.jobs.celery_app import app
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.status import TaskStatus

log = structlog.get_logger(__name__)

REST_SECONDS = 5.0
# a broker that takes a message and does not confirm it (its disk is full, say) counts as down
CONFIRM_SECONDS = 3.0

_rests_until = 0.0


def dispatch_task(task: Task) -> bool:
    """Send the task's message; false when the broker is down or was a moment ago."""
    global _rests_until
    if time.monotonic() < _rests_until:
        return False
    try:
        app.send_task(
            task.kind,
            args=[task.pk],
            queue=task.queue,
            confirm_timeout=CONFIRM_SECONDS,
        )
    except Exception as problem:  # kombu raises a different class for every transport
        log.warning("hint_not_sent", task=task.pk, problem=type(problem).__name__)
        _rests_until = time.monotonic() + REST_SECONDS
        return False
    return True


def reset_backoff() -> None:
    """Try the broker at once: it is another one now."""
    global _rests_until
    _rests_until = 0.0


def dispatch_after_commit(task: Task) -> None:
    """Send the hint for a task once the current transaction is committed."""
    transaction.on_commit(lambda: _offer(task))


def _offer(task: Task) -> None:
    """Send the hint; one that is known to be lost is sent by the next sweep, not after a lease."""
    if not dispatch_task(task):
        unsent = Task.objects.filter(pk=task.pk, status=TaskStatus.PENDING, offers=0)
        unsent.update(offer_at=timezone.now())
