"""`jobs`: the newest jobs, or one job with its tasks."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.status import JobStatus
from bureau.kernel.ops.administration import jobs


class Command(BaseCommand):
    """Shows ids, kinds and states: nothing of what the work is about."""

    help = "List the newest jobs, or show one with its tasks, errors and trace ids."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which jobs."""
        parser.add_argument("job", nargs="?", type=int, help="Show this one.")
        parser.add_argument("--status", choices=JobStatus.values, default="")
        parser.add_argument("--kind", default="")
        parser.add_argument("--count", type=int, default=20)

    def handle(self, *args: Any, **options: Any) -> None:
        """List or show."""
        if options["job"] is not None:
            self._show(options["job"])
            return
        chosen = {name: options[name] for name in ("status", "kind", "count")}
        for job in jobs(**chosen):
            self._job(job)

    def _show(self, job_id: int) -> None:
        job = Job.objects.filter(pk=job_id).first()
        if job is None:
            raise CommandError(f"There is no job {job_id}.")
        self._job(job)
        for task in job.tasks.order_by("id"):
            self._task(task)

    def _job(self, job: Job) -> None:
        self.stdout.write(
            f"{job.pk:>8}  {job.status:<16}{job.progress:>4} %  {job.kind:<32}"
            f"{job.created_at:%Y-%m-%d %H:%M:%S}  {job.trace_id}"
        )

    def _task(self, task: Task) -> None:
        tries = f"try {task.attempt} of {task.max_attempts}"
        self.stdout.write(
            f"{task.pk:>10}  {task.status:<16}{task.progress:>4} %  {task.kind:<32}"
            f"{task.queue:<15}{tries:<15}{task.worker:<24}{task.error_code}"
        )
        if task.error_message:
            self.stdout.write(f"{'':>12}{task.error_message}")
