"""Routes of the desk, at the root of `/api`."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse
from django.http.response import HttpResponseBase
from ninja import File, Form, Query, Router, Status, UploadedFile

from bureau.desks.insights import access, catalogue, lists, schemas, shapes
from bureau.desks.insights.checking import validate_upload
from bureau.desks.insights.requests import JobRequest, fields_of_form, parse_request
from bureau.desks.insights.services.bundles import ImageFormat, bundle
from bureau.desks.insights.services.descriptions import request_description
from bureau.desks.insights.services.jobs import create_chart_job
from bureau.kernel.accounts.auth import AuthedRequest, signed_in
from bureau.kernel.accounts.errors import field_errors
from bureau.kernel.accounts.paging import page_of
from bureau.kernel.errors import InvalidInput
from bureau.kernel.jobs.control import cancel_job, cancel_task, retry_task
from bureau.kernel.ops.parsing import json_of

PAGE_SIZE = 20
Shape = dict[str, Any]
router = Router(tags=["insights"], auth=signed_in)


def _request_body() -> Shape:
    """The body of `POST /jobs/` for the API's document: JSON, or a form with the file."""
    fields = JobRequest.model_json_schema(ref_template="#/components/schemas/{model}")
    definitions = fields.pop("$defs")
    fields["properties"]["images"]["items"] = definitions["ImageRequest"]
    text = {"type": "string", "description": "JSON text."}
    as_text = dict.fromkeys(("images", "source_params", "visualization_config"), text)
    file = {"type": "string", "format": "binary"}
    properties = {**fields["properties"], **as_text, "source_data": file}
    form = {**fields, "properties": properties}
    media = {"application/json": {"schema": fields}, "multipart/form-data": {"schema": form}}
    return {"requestBody": {"required": True, "content": media}}


# --- jobs -----------------------------------------------------------------------------------


@router.post(
    "/jobs/",
    response={200: schemas.JobCreatedOut, 201: schemas.JobCreatedOut},
    openapi_extra=_request_body(),
)
def create_job(request: AuthedRequest) -> Status[Shape]:
    """Ask for charts of an Espacenet export or a Lens search."""
    fields, upload = _fields_of(request), request.FILES.get("source_data")
    asked = parse_request(fields, has_file=upload is not None)
    created = create_chart_job(request.auth, asked, upload)
    message = "Job created and enqueued" if created.is_new else "Job already exists (idempotency)"
    answer = {"job_id": created.job.pk, "status": created.job.status, "message": message}
    return Status(201 if created.is_new else 200, answer)


def _fields_of(request: AuthedRequest) -> Any:
    if request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return fields_of_form(request.POST.dict())
    try:
        return json_of(request.body)
    except (ValueError, RecursionError):
        raise InvalidInput(
            "The body cannot be read: send valid JSON in UTF-8, without NUL."
        ) from None


@router.get("/jobs/", response=schemas.JobPage)
def list_jobs(request: AuthedRequest, filters: Query[schemas.JobFilters]) -> Shape:
    """Your chart jobs, newest first, 20 a page."""
    rows = lists.filtered_jobs(access.chart_jobs_of(request.auth), filters)
    page = page_of(request, rows, size=filters.page_size)
    return _page(page, [shapes.job_row_shape(row) for row in page.results])


@router.get("/jobs/{int:job_id}/", response=schemas.JobOut)
def job_detail(request: AuthedRequest, job_id: int) -> Shape:
    """A job with its charts, descriptions and newest 500 events."""
    return shapes.job_shape(request, access.chart_job_for(request.auth, job_id))


@router.post("/jobs/{int:job_id}/cancel/", response=schemas.JobCancelledOut)
def cancel(request: AuthedRequest, job_id: int) -> Shape:
    """Cancel a job that is not finished, with all its open tasks."""
    chart_job = access.chart_job_for(request.auth, job_id)
    job = cancel_job(chart_job.pk)
    return {"job_id": job.pk, "status": job.status, "message": "Job cancelled"}


@router.get("/jobs/{int:job_id}/download-zip/", response={200: None})
def download_zip(
    request: AuthedRequest, job_id: int, image_format: ImageFormat = "both"
) -> HttpResponseBase:
    """All finished charts of a job in one ZIP file."""
    chart_job = access.chart_job_for(request.auth, job_id)
    content = bundle(chart_job, image_format)
    response = FileResponse(
        content, as_attachment=True, filename=f"job_{job_id}.zip", content_type="application/zip"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


# --- charts ---------------------------------------------------------------------------------


@router.get("/image-tasks/", response=schemas.ImageTaskPage)
def list_images(request: AuthedRequest, filters: Query[schemas.ImageFilters]) -> Shape:
    """Your charts, newest first, 20 a page."""
    rows = lists.filtered_images(access.image_tasks_of(request.auth), filters)
    page = page_of(request, rows, size=filters.page_size)
    return _page(page, [shapes.image_shape(request, row) for row in page.results])


@router.get("/image-tasks/{int:task_id}/", response=schemas.ImageTaskOut)
def image_detail(request: AuthedRequest, task_id: int) -> Shape:
    """One chart."""
    return shapes.image_shape(request, access.image_task_for(request.auth, task_id))


@router.post("/image-tasks/{int:task_id}/retry/", response=schemas.ImageActionOut)
def retry_image(request: AuthedRequest, task_id: int) -> Shape:
    """Draw a chart again that failed, was cancelled, waits or runs."""
    task = retry_task(access.image_task_for(request.auth, task_id).pk)
    return _after_action(request, task.pk, "Task retry initiated")


@router.post("/image-tasks/{int:task_id}/cancel/", response=schemas.ImageActionOut)
def cancel_image(request: AuthedRequest, task_id: int) -> Shape:
    """Cancel a chart that waits or runs."""
    task = cancel_task(access.image_task_for(request.auth, task_id).pk)
    return _after_action(request, task.pk, "Task cancelled successfully")


def _after_action(request: AuthedRequest, task_id: int, message: str) -> Shape:
    shape = shapes.image_shape(request, access.image_task_for(request.auth, task_id))
    return {
        "image_task_id": task_id,
        "status": shape["status"],
        "message": message,
        "task": shape,
    }


# --- descriptions ---------------------------------------------------------------------------


@router.get("/description-tasks/", response=schemas.DescriptionTaskPage)
def list_descriptions(request: AuthedRequest) -> Shape:
    """Your descriptions, newest first, 20 a page."""
    page = page_of(request, access.description_tasks_of(request.auth), size=PAGE_SIZE)
    return _page(page, [shapes.description_shape(row) for row in page.results])


@router.get("/description-tasks/{int:task_id}/", response=schemas.DescriptionTaskOut)
def description_detail(request: AuthedRequest, task_id: int) -> Shape:
    """One description."""
    return shapes.description_shape(access.description_task_for(request.auth, task_id))


@router.post("/ai/describe/", response={201: schemas.DescribeOut})
def describe(request: AuthedRequest, body: schemas.DescribeIn) -> Status[Shape]:
    """Ask for a description of a finished chart."""
    image = access.image_task_for(request.auth, body.image_task_id)
    preference = body.provider_preference
    made = request_description(image, body.user_context, preference or "")
    answer = {
        "description_task_id": made.pk,
        "status": made.task.status,
        "message": "Description task created and enqueued",
        "provider_preference": preference,
        "job_id": image.chart_job_id,
    }
    return Status(201, answer)


# --- what there is --------------------------------------------------------------------------


@router.get("/algorithms/", response=list[schemas.AlgorithmOut])
def algorithms(request: AuthedRequest) -> list[Shape]:
    """The chart algorithms, the table each reads and the schema of its parameters."""
    return [shapes.algorithm_shape(spec) for spec in catalogue.specs()]


@router.post("/validate-excel/", response=schemas.ValidationOut)
def validate_excel(
    request: AuthedRequest, encoding: Form[str] = "", file: File[UploadedFile | None] = None
) -> Shape:
    """Look at an export without storing it: which charts can be drawn, and why others cannot."""
    if file is None:
        raise field_errors({"file": ["No file was submitted."]})
    return validate_upload(file, encoding)


def _page(page: Any, results: list[Shape]) -> Shape:
    return {
        "count": page.count,
        "next": page.next,
        "previous": page.previous,
        "results": results,
    }
