"""How these tests ask the desk for charts, and how its tasks run without a worker."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bureau.desks.insights.models import ChartJob, Dataset
from bureau.desks.insights.tests.books import named_workbook
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.files.models import StoredFile
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.runner import run_task
from bureau.kernel.jobs.status import TaskStatus

PASSWORD = "correct horse battery staple"
COUNTRIES = "top_patent_countries"
INVENTORS = "top_patent_inventors"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Analyst:
    """Somebody signed in with a bearer token."""

    user: User
    client: Client

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(path, query)

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(path, body or {}, content_type="application/json")

    def post_form(self, path: str, **fields: Any) -> Any:
        return self.client.post(path, fields)

    def ask(self, content: bytes | None, *algorithms: str, **fields: Any) -> Any:
        """Ask for charts of an export as a form."""
        images = [{"algorithm_key": key} for key in algorithms]
        form = {"source_type": "espacenet_excel", "images": json.dumps(images), **fields}
        if content is not None:
            form["source_data"] = upload(content)
        return self.client.post("/api/jobs/", form)

    def job(self, job_id: int) -> Any:
        return self.get(f"/api/jobs/{job_id}/").json()

    def finished_job(self, content: bytes, *algorithms: str, **fields: Any) -> Any:
        """The detail of a job whose tasks all ran."""
        answer = self.ask(content, *(algorithms or (COUNTRIES,)), **fields)
        assert answer.status_code == 201, answer.content
        job_id = answer.json()["job_id"]
        run_all(job_id)
        return self.job(job_id)


def analyst_named(username: str, role: Role = Role.ANALYST) -> Analyst:
    user = User.objects.create_user(username, f"{username}@example.org", PASSWORD, role=role)
    client = Client()
    body = {"username": username, "password": PASSWORD}
    answer = client.post("/api/auth/login/", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    client.cookies.clear()
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {answer.json()['access']}"
    return Analyst(user, client)


def upload(content: bytes, name: str = "Filters.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=XLSX)


def run_all(job_id: int) -> None:
    """Run a job's open tasks in order, as workers would."""
    for _ in range(10):
        waiting = Task.objects.filter(job_id=job_id, status=TaskStatus.PENDING, not_before=None)
        ids = list(waiting.order_by("id").values_list("id", flat=True))
        if not ids:
            return
        for task_id in ids:
            run_task(task_id)


def countries_only() -> bytes:
    """An export whose only facet sheet is that of the countries."""
    rows = [["Countries (family)", "Number of documents"], ["US", 30], ["CN", 20], ["EC", 2]]
    return named_workbook({"Query": [["Espacenet"]], "Countries (family)": rows})


def nothing_is_left() -> bool:
    """Whether neither rows nor bytes exist."""
    tables = (StoredFile, Job, Task, ChartJob, Dataset)
    files = [path for path in settings.FILES_DIR.rglob("*") if path.is_file()]
    return not files and not any(table.objects.exists() for table in tables)  # type: ignore[attr-defined]
