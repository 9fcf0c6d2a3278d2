"""The insights desk; every object is the analyst's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.desks.insights.access import JOB_KIND
from bureau.desks.insights.files import PNG, PNG_TYPE, SVG, SVG_TYPE
from bureau.desks.insights.models import ChartJob, DescriptionTask, ImageTask, SourceType
from bureau.desks.insights.sample import write_filters
from bureau.kernel.files.services import store_bytes
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.status import JobStatus, TaskStatus
from tests.access.body import Body, form
from tests.access.callers import Caller, Cast
from tests.access.rules import ABSENT, Expected, Row, owner, page, signed_in, socket

ALGORITHM = "top_patent_countries"

ROWS = [
    Row("GET", "/api/jobs/", signed_in(200)),
    Row("POST", "/api/jobs/", signed_in(201)),
    Row("GET", "/api/jobs/<int:job_id>/", owner(200)),
    Row("POST", "/api/jobs/<int:job_id>/cancel/", owner(200)),
    Row("GET", "/api/jobs/<int:job_id>/download-zip/", owner(200)),
    Row("GET", "/api/image-tasks/", signed_in(200)),
    Row("GET", "/api/image-tasks/<int:task_id>/", owner(200)),
    Row("POST", "/api/image-tasks/<int:task_id>/retry/", owner(200)),
    Row("POST", "/api/image-tasks/<int:task_id>/cancel/", owner(200)),
    Row("GET", "/api/description-tasks/", signed_in(200)),
    Row("GET", "/api/description-tasks/<int:task_id>/", owner(200)),
    Row("POST", "/api/ai/describe/", owner(201)),
    Row("GET", "/api/algorithms/", signed_in(200)),
    Row("POST", "/api/validate-excel/", signed_in(200)),
    Row("GET HEAD", "/media/artifacts/png/job_<int:job_id>/task_<int:task_id>.png", owner(200)),
    Row("GET HEAD", "/media/artifacts/svg/job_<int:job_id>/task_<int:task_id>.svg", owner(200)),
    page("GET HEAD", "/insights/"),
    page("GET HEAD", "/insights/sample.xlsx"),
    page("GET HEAD", "/insights/<int:job_id>/", others=404),
]

LISTS = {
    "/api/jobs/": {Caller.ANALYST: 1, Caller.ADMIN: 1},
    "/api/image-tasks/": {Caller.ANALYST: 2, Caller.ADMIN: 2},
    "/api/description-tasks/": {Caller.ANALYST: 1, Caller.ADMIN: 1},
}

SOCKETS: dict[str, Expected] = {"/ws/jobs/<int:id>/": socket(Caller.ANALYST, Caller.ADMIN)}


def prepare(cast: Cast) -> dict[str, object]:
    """A job with two charts and a description."""
    job = Job.objects.create(kind=JOB_KIND, owner=cast.owner, status=JobStatus.RUNNING)
    chart_job = ChartJob.objects.create(job=job, source_type=SourceType.ESPACENET)
    drawn = _chart(chart_job, TaskStatus.SUCCESS)
    drawn.png = store_bytes(b"\x89PNG", PNG, cast.owner, "chart.png", PNG_TYPE)
    drawn.svg = store_bytes(b"<svg/>", SVG, cast.owner, "chart.svg", SVG_TYPE)
    drawn.chart_data = {"series": [1]}
    drawn.save()
    writing = Task.objects.create(job=job, kind="insights.describe", queue="ai", counts=False)
    DescriptionTask.objects.create(task=writing, image_task=drawn)
    waiting = _chart(chart_job, TaskStatus.PENDING).pk
    return {
        "id": job.pk,
        "job_id": job.pk,
        "task_id": drawn.pk,
        "/api/image-tasks/<int:task_id>/retry/ task_id": waiting,
        "/api/image-tasks/<int:task_id>/cancel/ task_id": waiting,
        "/api/description-tasks/<int:task_id>/ task_id": writing.pk,
        "/api/files/<uuid:file_id>/ file_id": drawn.svg.pk,
    }


def bodies(cast: Cast, ids: Mapping[str, object]) -> dict[tuple[str, str], dict[str, Any] | Body]:
    """A job in a form, a workbook, a chart to describe."""
    upload = SimpleUploadedFile("filters.xlsx", _workbook())
    job = {
        "source_type": "espacenet_excel",
        "images": json.dumps([{"algorithm_key": ALGORITHM}]),
        "source_data": upload,
    }
    return {
        ("POST", "/api/jobs/"): form(job),
        ("POST", "/api/validate-excel/"): form({"file": upload}),
        ("POST", "/api/ai/describe/"): {"image_task_id": ids.get("task_id", ABSENT)},
    }


def _chart(chart_job: ChartJob, status: TaskStatus) -> ImageTask:
    task = Task.objects.create(
        job=chart_job.job, kind="insights.render_chart", queue="charts_cpu", status=status
    )
    return ImageTask.objects.create(
        task=task, chart_job=chart_job, algorithm_key=ALGORITHM, algorithm_version="1.0"
    )


@cache
def _workbook() -> bytes:
    book = BytesIO()
    write_filters(book)
    return book.getvalue()
