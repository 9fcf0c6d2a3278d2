"""Chart jobs: a list with a form, one job, and a workbook to try the desk with."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render

from bureau.console import view_models
from bureau.console.permissions import signed_in_page
from bureau.desks.insights.access import chart_job_for, chart_jobs_of
from bureau.desks.insights.models import ChartJob
from bureau.desks.insights.sample import write_filters
from bureau.kernel.accounts.models import User
from bureau.kernel.jobs.queue_state import work_notice

JOBS_PER_PAGE = 20
QUEUES = ("ingestion_io", "charts_cpu")
SAMPLE_NAME = "sample-filters.xlsx"


@signed_in_page
def chart_jobs(request: HttpRequest, person: User) -> HttpResponse:
    """My chart jobs, and a form to start one."""
    jobs = chart_jobs_of(person).annotate(charts=Count("image_tasks"))
    page = Paginator(jobs.select_related("source_file"), JOBS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "rows": _rows(page),
        "choices": view_models.chart_choices(),
        "work_notice": work_notice(*QUEUES),
    }
    return render(request, "console/insights/jobs.html", context)


def _rows(chart_jobs: Iterable[ChartJob]) -> list[dict[str, Any]]:
    return [
        {"chart_job": one, "job": one.job, "word": view_models.STATUS_WORDS[one.job.status]}
        for one in chart_jobs
    ]


@signed_in_page
def chart_job(request: HttpRequest, person: User, job_id: int) -> HttpResponse:
    """One chart job; its script reads the API and listens to the job's socket."""
    found = chart_job_for(person, job_id)
    context = {
        "chart_job": found,
        "job": found.job,
        "word": view_models.STATUS_WORDS[found.job.status],
        "words": view_models.status_words(),
        "titles": view_models.chart_titles(),
        "work_notice": work_notice(*QUEUES),
    }
    return render(request, "console/insights/job.html", context)


@signed_in_page
def sample_workbook(request: HttpRequest, person: User) -> FileResponse:
    """A workbook of invented data to try the desk with."""
    book = BytesIO()
    write_filters(book)
    book.seek(0)
    return FileResponse(book, as_attachment=True, filename=SAMPLE_NAME)
