"""The imaging desk: patients' records. A role opens them; analyses belong to whoever asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.desks.imaging.access import ANALYSIS_KIND
from bureau.desks.imaging.models import Analysis, BatchState, ImportBatch, Report, Study
from bureau.kernel.jobs.models import Job, Task
from tests.access.body import Body, form
from tests.access.callers import PASSWORD, PEOPLE, Caller, Cast
from tests.access.rules import Expected, Row, page, public

# this contract answers 401 to who presents nothing
OUTSIDE: Expected = {
    Caller.NOBODY: 401,
    Caller.EXPIRED: 401,
    Caller.ENDED: 401,
    Caller.PENDING: 403,
    Caller.BOT: 403,
}


def people(status: int, *allowed: Caller, others: int = 403) -> Expected:
    """These people; the rest are known and get `others`."""
    return {**OUTSIDE, **dict.fromkeys(PEOPLE, others), **dict.fromkeys(allowed, status)}


def readers(status: int) -> Expected:
    """Doctors and administrators."""
    return people(status, Caller.DOCTOR, Caller.DOCTOR2, Caller.ADMIN)


def admins(status: int) -> Expected:
    """Administrators."""
    return people(status, Caller.ADMIN)


# the analysis is the doctor's; for the colleague it is absent
MINE: Expected = {**readers(200), Caller.DOCTOR2: 404}
OWNERS_END: Expected = {Caller.DOCTOR: 204, Caller.ADMIN: 204}
_EXPORT = "檢查流水號,姓名,狀態,來源,檢查項目,開單日期/時間\n1,A,B,C,D,2025-01-01\n"
EXPORTERS: Expected = {**readers(200), Caller.ANALYST: 403, Caller.ANALYST2: 403}
ME: Expected = people(200, *PEOPLE)

ROWS = [
    Row("GET", "/api/v1/", public(200)),
    Row("GET", "/api/v1/health", public(200)),
    Row("GET HEAD", "/api/v1/docs", public(200)),
    Row("GET HEAD", "/api/v1/openapi.json", public(200)),
    Row("POST", "/api/v1/auth/login", public(200)),
    Row("POST", "/api/v1/auth/logout", public(200)),
    Row("GET", "/api/v1/auth/me", ME),
    Row("GET", "/api/v1/studies/search", readers(200)),
    Row("GET", "/api/v1/studies/filters/options", readers(200)),
    # an analyst who asks for names is refused; without names see the desk's own tests
    Row("GET", "/api/v1/studies/export", EXPORTERS),
    Row("GET", "/api/v1/studies/<exam_id>", readers(200)),
    Row("POST", "/api/v1/import/studies", admins(202)),
    Row("POST", "/api/v1/import/reports", admins(202)),
    Row("POST", "/api/v1/import/preview", admins(200)),
    Row("GET", "/api/v1/import/tasks", admins(200)),
    Row("GET", "/api/v1/import/tasks/<int:import_id>", admins(200)),
    Row("GET", "/api/v1/import/tasks/<int:import_id>/problems", admins(200)),
    Row("POST", "/api/v1/import/tasks/<int:import_id>/undo", admins(200)),
    Row("GET", "/api/v1/reports/search", readers(200)),
    Row("GET", "/api/v1/reports/filters/options", readers(200)),
    Row("GET", "/api/v1/reports/<report_id>", readers(200)),
    Row("GET", "/api/v1/reports/<report_id>/versions", readers(200)),
    Row("GET", "/api/v1/analysis/tasks", readers(200)),
    Row("POST", "/api/v1/analysis/tasks", readers(201)),
    Row("GET", "/api/v1/analysis/tasks/<task_id>", MINE),
    Row("DELETE", "/api/v1/analysis/tasks/<task_id>", {**MINE, **OWNERS_END}),
    Row("GET", "/api/v1/analysis/statistics", readers(200)),
    Row("GET", "/api/v1/analysis/options", readers(200)),
    page("GET HEAD", "/imaging/", others=404, mine=(Caller.DOCTOR, Caller.DOCTOR2, Caller.ADMIN)),
    page("GET HEAD", "/imaging/imports/", others=404, mine=(Caller.ADMIN,)),
    Row("GET", "/api/v1/audit/readings", people(200, Caller.AUDITOR, Caller.ADMIN)),
]

LISTS: dict[str, dict[Caller, int]] = {}
SOCKETS: dict[str, Expected] = {}


def prepare(cast: Cast) -> dict[str, object]:
    """A study, its report, an import and the doctor's analysis."""
    Study.objects.create(
        exam_id="00000000001",
        patient_name="Somebody",
        exam_status="completed",
        exam_source="CT",
        exam_item="Chest CT",
        equipment_type="CT",
        order_datetime=datetime(2025, 1, 1),
    )
    batch = ImportBatch.objects.create(
        source_name="export.csv", state=BatchState.DONE, loaded_at=datetime(2025, 1, 1)
    )
    report = Report.objects.create(
        report_id="R1", exam_id="00000000001", created_at=datetime(2025, 1, 1), content_hash="0"
    )
    job = Job.objects.create(kind=ANALYSIS_KIND, owner=cast.users[Caller.DOCTOR])
    task = Task.objects.create(job=job, kind=ANALYSIS_KIND, queue="ai")
    Analysis.objects.create(task=task, exam_id="00000000001", analysis_type="completeness")
    return {
        "exam_id": "00000000001",
        "import_id": batch.pk,
        "report_id": report.pk,
        "task_id": task.pk,
    }


def bodies(cast: Cast, ids: Mapping[str, object]) -> dict[tuple[str, str], dict[str, Any] | Body]:
    """Names and passwords, files to import."""
    return {
        ("POST", "/api/v1/import/studies"): _upload(),
        ("POST", "/api/v1/import/reports"): _upload(),
        ("POST", "/api/v1/import/preview"): _upload(),
        ("POST", "/api/v1/analysis/tasks"): {
            "exam_id": ids.get("exam_id", "absent"),
            "analysis_type": "completeness",
        },
        ("POST", "/api/v1/auth/login"): {"username": Caller.PATIENT, "password": PASSWORD},
    }


def _upload() -> Body:
    """A form of its own each time: encoding it reads the file to its end."""
    return form({"file": SimpleUploadedFile("export.csv", _EXPORT.encode())})
