"""The doors to jobs and their tasks: the owner's and the administrators'."""

from __future__ import annotations

from django.db.models import QuerySet

from bureau.kernel.accounts.models import User
from bureau.kernel.errors import NotFound
from bureau.kernel.jobs.models import Job, Task


def jobs_of(user: User, kind: str | None = None) -> QuerySet[Job]:
    """All jobs the person may see."""
    jobs = Job.objects.all() if user.is_admin else Job.objects.filter(owner=user)
    return jobs.filter(kind=kind) if kind else jobs


def job_for(user: User, job_id: int, kind: str | None = None) -> Job:
    """One job; NotFound where it is absent or another's."""
    job = jobs_of(user, kind).filter(pk=job_id).first()
    if job is None:
        raise NotFound.matching("Job")
    return job


def tasks_of(user: User, kind: str) -> QuerySet[Task]:
    """Tasks of one kind in the jobs the person may see."""
    return Task.objects.filter(kind=kind, job__in=jobs_of(user))


def task_for(user: User, task_id: int) -> Task:
    """One task of any kind; NotFound where it is absent or in another's job."""
    task = Task.objects.filter(pk=task_id, job__in=jobs_of(user)).first()
    if task is None:
        raise NotFound.matching("Task")
    return task
