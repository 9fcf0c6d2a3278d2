"""How a request in order looks: objects for the route's parameters, and bodies."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from bureau.desks.insights.access import JOB_KIND
from bureau.desks.insights.files import PNG, PNG_TYPE, SVG, SVG_TYPE
from bureau.desks.insights.models import ChartJob, DescriptionTask, ImageTask, SourceType
from bureau.desks.insights.sample import write_filters
from bureau.kernel.accounts.models import User
from bureau.kernel.files.services import store_bytes
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.status import JobStatus, TaskStatus
from tests.access.callers import PASSWORD, Caller, Cast

ALGORITHM = "top_patent_countries"
ABSENT = 2_000_000_000
ACCOUNT = {
    "username": "newcomer",
    "email": "newcomer@example.org",
    "password": PASSWORD,
    "password_confirm": PASSWORD,
}
WRONG_CODE = {"otp_token": "000000"}


class Body(NamedTuple):
    """What a request carries."""

    content: bytes = b""
    content_type: str = "application/json"


@dataclass
class Objects:
    """What stands in the database when a request is made; everything is the analyst's."""

    cast: Cast
    # route parameter -> value
    ids: dict[str, object]
    waiting_chart: int
    description: int

    def ids_for(self, route: str) -> dict[str, object]:
        """The parameters of one route: some name a chart in another state, or a description."""
        if route.endswith(("/retry/", "/image-tasks/<int:task_id>/cancel/")):
            return {**self.ids, "task_id": self.waiting_chart}
        if route.startswith("/api/description-tasks/"):
            return {**self.ids, "task_id": self.description}
        return self.ids


def prepare_objects(cast: Cast) -> Objects:
    """Make the objects that the table's routes name."""
    somebody = User.objects.create(username="somebody", email="somebody@example.org")
    job = Job.objects.create(kind=JOB_KIND, owner=cast.owner, status=JobStatus.RUNNING)
    chart_job = ChartJob.objects.create(job=job, source_type=SourceType.ESPACENET)
    drawn = _chart(chart_job, TaskStatus.SUCCESS)
    drawn.png = store_bytes(b"\x89PNG", PNG, cast.owner, "chart.png", PNG_TYPE)
    drawn.svg = store_bytes(b"<svg/>", SVG, cast.owner, "chart.svg", SVG_TYPE)
    drawn.chart_data = {"series": [1]}
    drawn.save()
    writing = Task.objects.create(job=job, kind="insights.describe", queue="ai", counts=False)
    DescriptionTask.objects.create(task=writing, image_task=drawn)
    return Objects(
        cast,
        ids={
            "user_id": somebody.pk,
            "id": job.pk,
            "job_id": job.pk,
            "task_id": drawn.pk,
            "file_id": drawn.svg.pk,
        },
        waiting_chart=_chart(chart_job, TaskStatus.PENDING).pk,
        description=writing.pk,
    )


def _chart(chart_job: ChartJob, status: TaskStatus) -> ImageTask:
    task = Task.objects.create(
        job=chart_job.job, kind="insights.render_chart", queue="charts_cpu", status=status
    )
    return ImageTask.objects.create(
        task=task, chart_job=chart_job, algorithm_key=ALGORITHM, algorithm_version="1.0"
    )


def body_of(method: str, route: str, objects: Objects, ids: dict[str, object]) -> Body:
    """The body of a request in order, about the objects with these ids."""
    forms: dict[tuple[str, str], dict[str, Any]] = {
        ("POST", "/api/jobs/"): {
            "source_type": "espacenet_excel",
            "images": json.dumps([{"algorithm_key": ALGORITHM}]),
            "source_data": "workbook",
        },
        ("POST", "/api/validate-excel/"): {"file": "workbook"},
    }
    if (method, route) in forms:
        return _form(forms[method, route])
    fields = _json_bodies(objects, ids).get((method, route))
    return Body() if fields is None else Body(json.dumps(fields).encode())


def _json_bodies(
    objects: Objects, ids: dict[str, object]
) -> dict[tuple[str, str], dict[str, object]]:
    return {
        ("POST", "/api/auth/register/"): ACCOUNT,
        ("POST", "/api/auth/login/"): {"username": Caller.PATIENT, "password": PASSWORD},
        ("POST", "/api/auth/token/refresh/"): {"refresh": objects.cast.refresh_token},
        ("PUT", "/api/auth/profile/"): {"first_name": "Ada"},
        ("PATCH", "/api/auth/profile/"): {"first_name": "Ada"},
        ("POST", "/api/auth/change-password/"): {
            "old_password": PASSWORD,
            "new_password": "another horse battery staple",
        },
        ("POST", "/api/auth/confirm-otp-setup/"): WRONG_CODE,
        ("POST", "/api/auth/verify-otp/"): WRONG_CODE,
        ("POST", "/api/users/"): ACCOUNT,
        ("PUT", "/api/users/<int:user_id>/"): {"department": "Archive"},
        ("PATCH", "/api/users/<int:user_id>/"): {"department": "Archive"},
        ("POST", "/api/ai/describe/"): {"image_task_id": ids.get("task_id", ABSENT)},
    }


def _form(fields: dict[str, Any]) -> Body:
    upload = SimpleUploadedFile("filters.xlsx", _workbook())
    filled = {name: upload if text == "workbook" else text for name, text in fields.items()}
    return Body(encode_multipart(BOUNDARY, filled), MULTIPART_CONTENT)


@cache
def _workbook() -> bytes:
    book = BytesIO()
    write_filters(book)
    return book.getvalue()
