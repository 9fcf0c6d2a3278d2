"""Creating chart jobs: a request either becomes a job with all its tasks, or leaves nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from bureau.desks.insights import files
from bureau.desks.insights.access import JOB_KIND
from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.ingestion.sandboxed import inspect_upload
from bureau.desks.insights.models import ChartJob, ImageTask
from bureau.desks.insights.requests import JobRequest
from bureau.kernel.accounts.errors import one_error
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import Conflict, InvalidInput
from bureau.kernel.files.models import StoredFile
from bureau.kernel.files.services import local_path, store_upload
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.services import KeyTaken, create_job, enqueue, existing_job, fingerprint_of

UNREADABLE = "Source file not found or could not be processed"


@dataclass(frozen=True, slots=True)
class Created:
    """A job, and whether this request made it or an earlier one with the same key."""

    job: Job
    is_new: bool


def create_chart_job(owner: User, request: JobRequest, upload: UploadedFile[Any] | None) -> Created:
    """Store the source, the job and its tasks in one transaction.

    Raises:
        InvalidInput: the source cannot be used; the body is the contract's.
        TooLarge: the file is over the limit.
        Conflict: the idempotency key was used for another request.
    """
    if request.source_type == "lens":
        upload = None
        _require_lens_token()
    key, fingerprint = request.idempotency_key, _fingerprint(request, upload)
    found = _earlier(owner, key, fingerprint)
    if found:
        return Created(found, is_new=False)
    try:
        return Created(_create(owner, request, upload, fingerprint), is_new=True)
    except KeyTaken:
        found = _earlier(owner, key, fingerprint)
        assert found is not None
        return Created(found, is_new=False)


def _require_lens_token() -> None:
    if not settings.ENV.lens_api_token.get_secret_value():
        raise one_error(
            "Lens searches are not set up here: the operator has to set LENS_API_TOKEN. "
            "Upload an Espacenet export instead."
        )


def _fingerprint(request: JobRequest, upload: UploadedFile[Any] | None) -> str:
    asked = request.model_dump(exclude={"idempotency_key"})
    return fingerprint_of({**asked, "file": _digest(upload) if upload else None})


def _digest(upload: UploadedFile[Any]) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def _earlier(owner: User, key: str | None, fingerprint: str) -> Job | None:
    try:
        return existing_job(owner, JOB_KIND, key, fingerprint)
    except Conflict as conflict:
        raise Conflict(conflict.message, body={"error": conflict.message}) from conflict


@transaction.atomic
def _create(
    owner: User, request: JobRequest, upload: UploadedFile[Any] | None, fingerprint: str
) -> Job:
    source = _store_source(owner, request, upload) if upload else None
    job = create_job(owner, JOB_KIND, key=request.idempotency_key, fingerprint=fingerprint)
    chart_job = ChartJob.objects.create(
        job=job,
        source_type=request.source_type,
        source_params=request.source_params or {},
        source_file=source,
        visualization_config=request.visualization_config or {},
    )
    ingestion = enqueue(job, "insights.ingest", counts=False)
    for image in request.images:
        _add_image(chart_job, image.model_dump(), ingestion)
    return job


def _add_image(chart_job: ChartJob, image: dict[str, Any], ingestion: Task) -> None:
    task = enqueue(chart_job.job, "insights.render_chart", after=ingestion)
    ImageTask.objects.create(task=task, chart_job=chart_job, **image)


def _store_source(owner: User, request: JobRequest, upload: UploadedFile[Any]) -> StoredFile:
    try:
        stored = store_upload(upload, files.SOURCE, owner)
        report = inspect_upload(local_path(stored), request.facets, request.encoding)
    except (InvalidInput, ValidationProblem) as problem:
        raise _unusable(problem.message) from problem
    if not report.is_valid:
        raise _unusable(report.message, validation_details=report.details)
    return stored


def _unusable(sentence: str, **facts: Any) -> InvalidInput:
    return InvalidInput(sentence, body={"error": UNREADABLE, "detail": sentence, **facts})
