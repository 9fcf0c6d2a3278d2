"""Jobs and tasks: the rows that are the truth about background work."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from bureau.kernel.jobs.status import JobStatus, TaskStatus


class Job(models.Model):
    """A piece of work someone asked for; its tasks do it."""

    kind = models.CharField(max_length=60)
    # null is the system itself (scheduled work)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="jobs"
    )
    status = models.CharField(max_length=16, choices=JobStatus.choices, default=JobStatus.PENDING)
    progress = models.PositiveSmallIntegerField(default=0)
    idempotency_key = models.CharField(max_length=255, null=True)
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    trace_id = models.CharField(max_length=64, blank=True, default="")
    cancelled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-id"], name="job_by_owner"),
            models.Index(fields=["status", "created_at"], name="job_by_status"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "idempotency_key"],
                condition=Q(idempotency_key__isnull=False),
                nulls_distinct=False,
                name="job_once_a_key",
            )
        ]

    @property
    def stream(self) -> str:
        """The event stream of this job and all its tasks."""
        return f"job:{self.pk}"


class Task(models.Model):
    """One unit of background work. A worker that runs it holds a lease; without one it does not run.

    `counts` is false for preparations and follow-ups: they decide neither status nor progress of
    the job. `after` names the task that must succeed first; if it does not, this one fails with it.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=60)
    queue = models.CharField(max_length=20)
    params = models.JSONField(default=dict)
    counts = models.BooleanField(default=True)
    after = models.ForeignKey(
        "self", null=True, on_delete=models.CASCADE, related_name="dependents"
    )
    status = models.CharField(max_length=16, choices=TaskStatus.choices, default=TaskStatus.PENDING)
    progress = models.PositiveSmallIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    lease = models.UUIDField(null=True)
    # the worker that took it last, by the name it has for Celery; empty outside workers
    worker = models.CharField(max_length=120, db_default="", default="")
    lease_until = models.DateTimeField(null=True)
    # a retry waits here, in the row, not in a broker's countdown
    not_before = models.DateTimeField(null=True)
    # when a pending task's hint is sent (again) by the sweep
    offer_at = models.DateTimeField(null=True)
    offers = models.PositiveSmallIntegerField(default=0)
    error_code = models.CharField(max_length=50, blank=True, default="")
    error_message = models.TextField(blank=True, default="")
    result = models.JSONField(null=True)
    trace_id = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["offer_at"], condition=Q(status=TaskStatus.PENDING), name="task_to_offer"
            ),
            models.Index(
                fields=["lease_until"], condition=Q(status=TaskStatus.RUNNING), name="task_leased"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="task_runs_only_with_a_lease",
                condition=Q(
                    status=TaskStatus.RUNNING, lease__isnull=False, lease_until__isnull=False
                )
                | (~Q(status=TaskStatus.RUNNING) & Q(lease__isnull=True, lease_until__isnull=True)),
            )
        ]
