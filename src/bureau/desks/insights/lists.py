"""What lists show: the filters of jobs and charts as conditions."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from django.db.models import Prefetch, Q, QuerySet

from bureau.desks.insights.models import ChartJob, ImageTask
from bureau.desks.insights.schemas import ImageFilters, JobFilters


def filtered_jobs(rows: QuerySet[ChartJob], filters: JobFilters) -> QuerySet[ChartJob]:
    """The jobs that match, with their charts loaded. Days are UTC days, both ends included."""
    if filters.status:
        rows = rows.filter(job__status=filters.status)
    if filters.source_type:
        rows = rows.filter(source_type=filters.source_type)
    if filters.date_from:
        rows = rows.filter(job__created_at__gte=_start_of(filters.date_from))
    if filters.date_to:
        rows = rows.filter(job__created_at__lte=datetime.combine(filters.date_to, time.max, UTC))
    if filters.search:
        rows = rows.filter(_holds(filters.search))
    images = ImageTask.objects.select_related("task").defer("chart_data").order_by("task_id")
    return rows.prefetch_related(Prefetch("image_tasks", images))


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _holds(text: str) -> Q:
    drawn = ImageTask.objects.filter(algorithm_key__icontains=text).values("chart_job_id")
    return Q(job__idempotency_key__icontains=text) | Q(job_id__in=drawn)


def filtered_images(rows: QuerySet[ImageTask], filters: ImageFilters) -> QuerySet[ImageTask]:
    """The charts that match."""
    if filters.job is not None:
        rows = rows.filter(chart_job_id=filters.job)
    if filters.status:
        rows = rows.filter(task__status=filters.status)
    if filters.algorithm_key:
        rows = rows.filter(algorithm_key=filters.algorithm_key)
    if filters.date_from:
        rows = rows.filter(task__created_at__gte=_start_of(filters.date_from))
    if filters.date_to:
        rows = rows.filter(task__created_at__lte=datetime.combine(filters.date_to, time.max, UTC))
    if filters.search:
        rows = rows.filter(_named_by(filters.search))
    return rows


def _named_by(text: str) -> Q:
    found = Q(pk__in=[])
    for word in text.split():
        found |= Q(algorithm_key__icontains=word)
        if word.isascii() and word.isdecimal() and len(word) < 19:
            found |= Q(task_id=int(word))
    return found
