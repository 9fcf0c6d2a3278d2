"""Making jobs and their tasks, and telling workers of them. What happens to them later is in
`settling`; what people do to them, in `control`."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from bureau.kernel.accounts.models import User
from bureau.kernel.errors import Conflict
from bureau.kernel.jobs.dispatch import dispatch_after_commit
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.queues import lease_seconds
from bureau.kernel.jobs.registry import handler_of
from bureau.kernel.jobs.status import TaskStatus, redispatch_delay
from bureau.kernel.prepared import insert
from bureau.kernel.trace import current_trace_id


def fingerprint_of(request: dict[str, Any]) -> str:
    """A digest of what was asked for: the same request has the same fingerprint."""
    text = json.dumps(request, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def existing_job(owner: User, kind: str, key: str | None, fingerprint: str) -> Job | None:
    """The job this key already made, if any.

    Raises:
        Conflict: the key was used for another request.
    """
    if not key:
        return None
    job = Job.objects.filter(owner=owner, kind=kind, idempotency_key=key).first()
    if job and job.fingerprint != fingerprint:
        raise Conflict(
            "This idempotency key was already used for a different request. "
            "Send the same request again, or choose another key."
        )
    return job


def create_job(
    owner: User | None, kind: str, *, key: str | None = None, fingerprint: str = ""
) -> Job:
    """Insert a job; the caller adds tasks in the same transaction.

    Raises:
        KeyTaken: another request with this key won the race; look it up with `existing_job`.
    """
    try:
        # only a key can clash; without one a savepoint would cost two round trips for nothing
        with transaction.atomic(savepoint=bool(key)):
            return insert(
                Job(
                    owner=owner,
                    kind=kind,
                    idempotency_key=key or None,
                    fingerprint=fingerprint,
                    trace_id=current_trace_id(),
                )
            )
    except IntegrityError as clash:
        raise KeyTaken from clash


class KeyTaken(Exception):
    """Two requests with one idempotency key ran at once and this one came second."""


def enqueue(
    job: Job,
    kind: str,
    params: dict[str, Any] | None = None,
    *,
    counts: bool = True,
    after: Task | None = None,
) -> Task:
    """Add a task to a job in the caller's transaction; a worker hears of it after the commit."""
    handler = handler_of(kind)
    now, lease = timezone.now(), lease_seconds(handler.queue, settings.BUREAU_LEASE_SECONDS)
    task = insert(
        Task(
            job=job,
            kind=kind,
            queue=handler.queue,
            params=params or {},
            counts=counts,
            after=after,
            max_attempts=handler.max_attempts,
            offer_at=now + timedelta(seconds=redispatch_delay(0, lease)),
            trace_id=job.trace_id,
        )
    )
    if after is None or after.status == TaskStatus.SUCCESS:
        dispatch_after_commit(task)
    return task
