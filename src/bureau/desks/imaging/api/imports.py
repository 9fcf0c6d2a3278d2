"""Bringing records in: look at a file, import it in the background, see what became of it, undo it."""

from __future__ import annotations

import json
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile as NinjaFile
from pydantic import Field

from bureau.desks.imaging import access
from bureau.desks.imaging.api.parameters import paging
from bureau.desks.imaging.importing.headers import REPORTS, STUDIES, Family
from bureau.desks.imaging.importing.sandboxed import preview_upload
from bureau.desks.imaging.models import BatchState, ImportBatch, Target
from bureau.desks.imaging.search.query import MAX_PAGE_SIZE, PAGE_SIZE, invalid, positive
from bureau.desks.imaging.services import imports
from bureau.desks.imaging.shapes import Shape, answer, page_shape
from bureau.kernel.accounts.auth import AuthedRequest
from bureau.kernel.files.tables import encodings
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.status import TaskStatus

router = Router(tags=["import"], auth=access.importer)
FAMILIES: dict[str, Family] = {Target.STUDY: STUDIES, Target.REPORT: REPORTS}
MAX_BATCH = 200_000
SHOWN_PROBLEMS = 100
# the kernel's states in the words of the original's import tasks
_WORDS = {
    TaskStatus.PENDING: "pending",
    TaskStatus.RUNNING: "processing",
    TaskStatus.SUCCESS: "completed",
    TaskStatus.FAILED: "failed",
    TaskStatus.CANCELLED: "cancelled",
}


class ImportIn(Schema):
    """How a file is imported."""

    on_conflict: str = Field("update", pattern="^(update|skip|reject)$")
    dry_run: bool = False
    batch_size: int = Field(50_000, ge=1, le=MAX_BATCH)
    mapping: str = Field("", max_length=20_000, description="JSON: source column -> field.")
    encoding: str = Field("", max_length=40, description="What a CSV file is written in.")


@router.post("/studies", response={202: dict[str, Any]})
def import_studies(
    request: AuthedRequest, form: Form[ImportIn], file: File[NinjaFile | None] = None
) -> HttpResponse:
    """Import studies from an .xlsx or CSV file in the background."""
    return _requested(request, form, file, Target.STUDY)


@router.post("/reports", response={202: dict[str, Any]})
def import_reports(
    request: AuthedRequest, form: Form[ImportIn], file: File[NinjaFile | None] = None
) -> HttpResponse:
    """Import reports from an .xlsx or CSV file in the background."""
    return _requested(request, form, file, Target.REPORT)


def _requested(
    request: AuthedRequest, form: ImportIn, file: UploadedFile[Any] | None, target: Target
) -> HttpResponse:
    upload = _must_have(file)
    encoding = encodings.chosen(form.encoding).name if form.encoding else ""
    chosen = imports.Options(
        form.on_conflict, form.dry_run, form.batch_size, _mapping(form.mapping), encoding
    )
    batch = imports.request_import(request.auth, upload, chosen, target)
    return answer(_shape(batch), 202)


@router.post("/preview", response={200: dict[str, Any]})
def preview_file(
    request: AuthedRequest,
    target: Form[str] = Target.STUDY,
    mapping: Form[str] = "",
    encoding: Form[str] = "",
    file: File[NinjaFile | None] = None,
) -> HttpResponse:
    """Look at a file without keeping it: its columns, the fields they mean, its first rows."""
    upload = _must_have(file)
    if target not in FAMILIES:
        raise invalid("target must be study or report")
    content = cast(BinaryIO, upload.file)
    return answer(preview_upload(content, FAMILIES[target], _mapping(mapping), encoding))


@router.get("/tasks", response={200: dict[str, Any]}, openapi_extra={"parameters": paging()})
def list_imports(request: AuthedRequest) -> HttpResponse:
    """All imports, newest first."""
    page = positive(request.GET, "page", 1)
    size = positive(request.GET, "page_size", PAGE_SIZE, MAX_PAGE_SIZE)
    found = access.imports_of(request.auth)
    total, start = found.count(), (page - 1) * size
    rows = found[start : start + size] if start < total else []
    filters = {"statuses": list(_WORDS.values())}
    return answer(page_shape([_shape(row) for row in rows], total, page, size, filters))


@router.get("/tasks/{int:import_id}", response={200: dict[str, Any]})
def import_detail(request: AuthedRequest, import_id: int) -> HttpResponse:
    """How far an import is, what became of its rows, and the first reasons of refusals."""
    batch = access.import_for(request.auth, import_id)
    problems = batch.problems.order_by("row_no", "id")[:SHOWN_PROBLEMS]
    shown = [
        {"row": one.row_no, "field": one.field, "reason": f"Row {one.row_no}: {one.reason}"}
        for one in problems
    ]
    return answer({**_shape(batch), "problems": shown, "total_problems": batch.problems.count()})


@router.get("/tasks/{int:import_id}/problems", response={200: dict[str, Any]})
def import_problems(request: AuthedRequest, import_id: int) -> HttpResponse:
    """Every refused row with its reasons, page by page."""
    batch = access.import_for(request.auth, import_id)
    page = positive(request.GET, "page", 1)
    size = positive(request.GET, "page_size", PAGE_SIZE, MAX_PAGE_SIZE)
    rows, total = batch.problems.order_by("row_no", "id"), batch.problems.count()
    start = (page - 1) * size
    shown = [
        {"row": one.row_no, "field": one.field, "reason": one.reason}
        for one in (rows[start : start + size] if start < total else [])
    ]
    return answer(page_shape(shown, total, page, size, {}))


@router.post("/tasks/{int:import_id}/undo", response={200: dict[str, Any]})
def undo(request: AuthedRequest, import_id: int) -> HttpResponse:
    """Take an import back; the table is then as it was before it."""
    batch = access.import_for(request.auth, import_id)
    return answer(_shape(imports.undo_import(request.auth, batch)))


def _must_have(file: UploadedFile[Any] | None) -> UploadedFile[Any]:
    if file is None:
        raise invalid("file must be sent")
    return file


def _mapping(text: str) -> dict[str, str]:
    if not text.strip():
        return {}
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise invalid("mapping must be a JSON object of column names and fields")
    return said


def _shape(batch: ImportBatch) -> Shape:
    task = batch.task
    return {
        "import_id": batch.pk,
        "task_id": batch.task_id,
        "filename": batch.source_name,
        "target": batch.target,
        "status": _status(batch, task),
        "progress": task.progress if task else 100,
        "message": _message(batch, task),
        "dry_run": batch.dry_run,
        "on_conflict": batch.on_conflict,
        "counts": imports.summary(batch),
        "notes": batch.notes,
        "undone": batch.state == BatchState.UNDONE,
        "created_at": batch.created_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


def _status(batch: ImportBatch, task: Task | None) -> str:
    if task is not None:
        return _WORDS[TaskStatus(task.status)]
    return {BatchState.READING: "processing", BatchState.FAILED: "failed"}.get(
        BatchState(batch.state), "completed"
    )


def _message(batch: ImportBatch, task: Task | None) -> str:
    if task is not None and task.error_message:
        return task.error_message
    return imports.sentence(batch) if batch.state in {BatchState.DONE, BatchState.UNDONE} else ""
