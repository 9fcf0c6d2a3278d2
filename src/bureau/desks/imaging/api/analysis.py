"""Analyses of studies, done in the background."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Router, Schema, Status

from bureau.desks.imaging import access
from bureau.desks.imaging.api.parameters import paging
from bureau.desks.imaging.models import Analysis, Study
from bureau.desks.imaging.search.query import MAX_PAGE_SIZE, PAGE_SIZE, one_text, positive
from bureau.desks.imaging.services import analysis
from bureau.desks.imaging.shapes import Shape, answer, page_shape, wire_time
from bureau.kernel.accounts.auth import AuthedRequest
from bureau.kernel.jobs.status import TaskStatus
from bureau.kernel.list_parameters import text_parameters

router = Router(tags=["analysis"], auth=access.reader)
# a cancelled task came to no result either
_WORDS = {
    TaskStatus.PENDING: "pending",
    TaskStatus.RUNNING: "running",
    TaskStatus.SUCCESS: "completed",
    TaskStatus.FAILED: "failed",
    TaskStatus.CANCELLED: "failed",
}
STATUSES = ["pending", "running", "completed", "failed"]


class AnalysisIn(Schema):
    """What is to be analysed, and how."""

    exam_id: str
    analysis_type: str


@router.get(
    "/tasks",
    response={200: dict[str, Any]},
    openapi_extra={"parameters": [*text_parameters({"status": "One of the four."}), *paging()]},
)
def list_tasks(request: AuthedRequest) -> HttpResponse:
    """Your analyses, newest first."""
    page = positive(request.GET, "page", 1)
    size = positive(request.GET, "page_size", PAGE_SIZE, MAX_PAGE_SIZE)
    status, rows = one_text(request.GET, "status"), access.analyses_of(request.auth)
    if status:
        rows = rows.filter(task__status__in=[one for one, word in _WORDS.items() if word == status])
    total, start = rows.count(), (page - 1) * size
    found = list(rows[start : start + size]) if start < total else []
    names = _names(found)
    data = [_shape(one, names) for one in found]
    return answer(page_shape(data, total, page, size, {"statuses": STATUSES}))


@router.post("/tasks", response={201: dict[str, Any]})
def create_task(request: AuthedRequest, body: AnalysisIn) -> HttpResponse:
    """Ask for an analysis of a study."""
    made = analysis.request_analysis(request.auth, body.exam_id, body.analysis_type)
    return answer(
        {
            "task_id": str(made.task_id),
            "exam_id": made.exam_id,
            "analysis_type": made.analysis_type,
            "status": "pending",
            "progress": 0,
            "created_at": wire_time(made.task.created_at),
        },
        201,
    )


@router.get("/tasks/{task_id}", response={200: dict[str, Any]})
def task_detail(request: AuthedRequest, task_id: str) -> HttpResponse:
    """One analysis with its results."""
    found = access.analysis_for(request.auth, task_id)
    return answer(_shape(found, _names([found])))


@router.delete("/tasks/{task_id}", response={204: None})
def delete_task(request: AuthedRequest, task_id: str) -> Status[None]:
    """Remove an analysis; one that runs is stopped."""
    analysis.delete_analysis(access.analysis_for(request.auth, task_id))
    return Status(204, None)


@router.get("/statistics", response={200: dict[str, Any]})
def statistics(request: AuthedRequest) -> HttpResponse:
    """Counts and times over your analyses."""
    return answer(analysis.statistics(request.auth))


@router.get("/options", response={200: dict[str, list[str]]})
def options(request: AuthedRequest) -> HttpResponse:
    """Which analyses there are."""
    return answer({"analysis_types": list(analysis.TYPES), "statuses": STATUSES})


def _names(rows: list[Analysis]) -> dict[str, str]:
    ids = [row.exam_id for row in rows]
    return dict(Study.objects.filter(pk__in=ids).values_list("exam_id", "patient_name"))


def _shape(row: Analysis, names: dict[str, str]) -> Shape:
    task = row.task
    finished = task.finished_at if task.status == TaskStatus.SUCCESS else None
    failed = {"error": task.error_message} if task.error_message else {}
    return {
        "task_id": str(row.task_id),
        "exam_id": row.exam_id,
        "patient_name": names.get(row.exam_id),
        "analysis_type": row.analysis_type,
        "status": _WORDS[TaskStatus(task.status)],
        "progress": task.progress,
        "results": row.results or failed,
        "created_at": wire_time(task.created_at),
        "completed_at": wire_time(finished) if finished else None,
    }
