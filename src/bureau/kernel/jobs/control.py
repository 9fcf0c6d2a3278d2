"""What people do to jobs and tasks. Each verb is one transaction under the job's row lock."""

from __future__ import annotations

from django.utils import timezone

from bureau.kernel.errors import InvalidInput
from bureau.kernel.events.models import Level
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.publishing import publish_task_event
from bureau.kernel.jobs.status import CANCELLABLE, FINISHED_JOB, RETRYABLE, TaskStatus
from bureau.kernel.jobs.transitions import cancel_open_task, lock_job, requeue
from bureau.kernel.trace import current_trace_id


def cancel_job(job_id: int) -> Job:
    """Cancel a job and all its open tasks; what has finished stays as it is.

    Raises:
        InvalidInput: the job is finished already.
    """
    with lock_job(job_id) as job:
        if job.status in FINISHED_JOB:
            raise refusal(
                f"Job status is {job.status}. Only PENDING or RUNNING jobs can be cancelled."
            )
        job.cancelled_at = timezone.now()
        job.save(update_fields=["cancelled_at"])
        for task in job.tasks.filter(status__in=CANCELLABLE).order_by("id"):
            task.refresh_from_db()
            if task.status in CANCELLABLE:
                cancel_open_task(task)
    return job


def cancel_task(task_id: int) -> Task:
    """Cancel one open task. The job's status follows from its tasks.

    Raises:
        InvalidInput: the task is finished, or its whole job was cancelled.
    """
    with lock_job(_job_of(task_id)) as job:
        task = Task.objects.get(pk=task_id)
        if job.cancelled_at:
            raise refusal("Cannot cancel task: Job is already cancelled.")
        if task.status not in CANCELLABLE:
            raise refusal(
                f"Task status is {task.status}. Only PENDING or RUNNING tasks can be cancelled."
            )
        cancel_open_task(task)
    return task


def retry_task(task_id: int) -> Task:
    """Run a task again from the start; one that runs now loses its lease and its result.

    Raises:
        InvalidInput: the task succeeded, or its job was cancelled.
    """
    with lock_job(_job_of(task_id)) as job:
        task = Task.objects.get(pk=task_id)
        if job.cancelled_at:
            raise refusal("Cannot retry task: Job is cancelled.")
        if task.status not in RETRYABLE:
            raise refusal(
                f"Task status is {task.status}. "
                "Only FAILED, RUNNING, PENDING, or CANCELLED tasks can be retried."
            )
        reset_task(task, "Task retry initiated")
    return task


def reset_task(task: Task, message: str, *, level: str = Level.INFO) -> None:
    """Put a task back to PENDING with a clean slate, its failed preparation first."""
    if task.after and task.after.status in {TaskStatus.FAILED, TaskStatus.CANCELLED}:
        reset_task(task.after, message, level=level)
    requeue(task, attempt=0, progress=0, error_code="", error_message="", finished_at=None)
    task.trace_id = current_trace_id()
    task.save(update_fields=["trace_id"])
    publish_task_event(task, "RETRY", message, progress=0, level=level)


def _job_of(task_id: int) -> int:
    return Task.objects.values_list("job_id", flat=True).get(pk=task_id)


def refusal(sentence: str) -> InvalidInput:
    """A refused verb in the contracts' body, `{"error": sentence}`."""
    return InvalidInput(sentence, body={"error": sentence})
