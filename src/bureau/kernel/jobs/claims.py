"""Taking a task: who claims it holds it for the time of a lease."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bureau.kernel.events.log import APPENDED
from bureau.kernel.events.notifications import wake
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.queues import INTERACTIVE, lease_seconds
from bureau.kernel.jobs.registry import entity_types
from bureau.kernel.jobs.status import JobStatus
from bureau.kernel.jobs.transitions import lock_job
from bureau.kernel.prepared import PreparedSql

# One statement: the job is locked first, as by every verb, and a task that changed meanwhile is
# checked again in its newest version. A prior task's success is never taken back. The first claim
# makes a waiting job a running one: no look at its other tasks could say otherwise.
_CLAIM = PreparedSql(
    Task,
    f"""
    WITH job AS MATERIALIZED (
        SELECT id, status, cancelled_at, owner_id FROM jobs_job
        WHERE id = (SELECT job_id FROM jobs_task WHERE id = %(task)s) FOR UPDATE
    ),
    claimed AS (
        UPDATE jobs_task AS task
        SET status = 'RUNNING', attempt = attempt + 1, progress = 0, lease = %(lease)s,
            worker = %(worker)s, started_at = %(now)s, updated_at = %(now)s,
            lease_until = CASE WHEN queue = ANY(%(interactive)s) THEN %(soon)s ELSE %(later)s END
        FROM job
        WHERE task.id = %(task)s AND task.status = 'PENDING' AND job.cancelled_at IS NULL
            AND (task.not_before IS NULL OR task.not_before <= %(now)s)
            AND (task.after_id IS NULL OR EXISTS (
                SELECT FROM jobs_task AS prior
                WHERE prior.id = task.after_id AND prior.status = 'SUCCESS'
            ))
        RETURNING task.*, job.status AS job_status, job.owner_id AS job_owner
    ),
    started AS (
        UPDATE jobs_job SET status = 'RUNNING', updated_at = %(now)s FROM claimed
        WHERE jobs_job.id = claimed.job_id AND jobs_job.status = 'PENDING'
            AND claimed.counts AND claimed.attempt = 1
        RETURNING jobs_job.id
    ),
    facts AS (
        SELECT told.*, 'job:' || job_id AS stream, 'START' AS type, 'INFO' AS level, 0 AS progress,
            '' AS actor, trace_id
        FROM claimed, LATERAL (
            SELECT coalesce(%(entity_types)s::jsonb ->> kind, 'task') || ':' || id AS subject,
                'Task started' AS message, jsonb_build_object('attempt', attempt) AS payload, 1 AS place
            UNION ALL
            SELECT 'job:' || started.id, 'Job started', '{{}}', 2 FROM started
        ) AS told
    ), {APPENDED}
    SELECT * FROM claimed
    """,  # noqa: S608  (put together of our own SQL)
)


def lease_end(queue: str) -> datetime:
    """Until when a lease that is taken or renewed now lasts."""
    seconds = lease_seconds(queue, settings.BUREAU_LEASE_SECONDS)
    return timezone.now() + timedelta(seconds=seconds)


def claim_task(task_id: int, worker: str) -> Task | None:
    """Lease a waiting task to a worker and say that it started; None when there is nothing to take.

    The task brings `job_owner`, the id of its job's owner.
    """
    task = _CLAIM.first(
        task=task_id,
        lease=uuid.uuid4(),
        interactive=list(INTERACTIVE),
        soon=lease_end(next(iter(INTERACTIVE))),
        later=lease_end("default"),
        worker=worker[:120],
        now=timezone.now(),
        entity_types=json.dumps(entity_types()),
    )
    if task is None:
        return None
    transaction.on_commit(lambda: wake(f"job:{task.job_id}"))
    if _moves_job(task):
        with lock_job(task.job_id):
            pass
    return task


def _moves_job(task: Task) -> bool:
    """Whether its claim changes more of the job than a first start: progress that was lost, say."""
    status: str = task.job_status  # type: ignore[attr-defined]  # a column of the claim
    return task.counts and (
        task.attempt > 1 or status not in {JobStatus.PENDING, JobStatus.RUNNING}
    )
