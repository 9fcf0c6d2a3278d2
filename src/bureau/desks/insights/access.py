"""The doors to chart jobs and what belongs to them: the owner's and the administrators'."""

from __future__ import annotations

from django.db.models import QuerySet

from bureau.desks.insights.models import ChartJob, Dataset, DescriptionTask, ImageTask
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import NotFound
from bureau.kernel.jobs.access import jobs_of

JOB_KIND = "insights.charts"


def chart_jobs_of(user: User) -> QuerySet[ChartJob]:
    """All chart jobs the person may see, newest first."""
    mine = ChartJob.objects.filter(job__in=jobs_of(user, JOB_KIND))
    return mine.select_related("job").order_by("-job_id")


def chart_job_for(user: User, job_id: int) -> ChartJob:
    """One chart job; NotFound where it is absent or another's."""
    found = chart_jobs_of(user).filter(pk=job_id).first()
    if found is None:
        raise NotFound.matching("Job")
    return found


def image_tasks_of(user: User) -> QuerySet[ImageTask]:
    """All charts the person may see, newest first."""
    mine = ImageTask.objects.filter(chart_job__job__in=jobs_of(user, JOB_KIND))
    return mine.select_related("task", "chart_job").order_by("-task_id")


def image_task_for(user: User, task_id: int) -> ImageTask:
    """One chart; NotFound where it is absent or another's."""
    found = image_tasks_of(user).filter(pk=task_id).first()
    if found is None:
        raise NotFound.matching("ImageTask")
    return found


def description_tasks_of(user: User) -> QuerySet[DescriptionTask]:
    """All descriptions the person may see, newest first."""
    mine = DescriptionTask.objects.filter(image_task__chart_job__job__in=jobs_of(user, JOB_KIND))
    return mine.select_related("task").order_by("-task_id")


def description_task_for(user: User, task_id: int) -> DescriptionTask:
    """One description; NotFound where it is absent or another's."""
    found = description_tasks_of(user).filter(pk=task_id).first()
    if found is None:
        raise NotFound.matching("DescriptionTask")
    return found


def datasets_of(user: User) -> QuerySet[Dataset]:
    """All datasets the person may see, newest first."""
    return Dataset.objects.filter(job__job__in=jobs_of(user, JOB_KIND)).order_by("-id")
