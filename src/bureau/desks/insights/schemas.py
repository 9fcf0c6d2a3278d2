"""The shapes of the desk's routes, keys in the order of the wire contract."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, PlainSerializer, WithJsonSchema

from bureau.kernel.accounts.schemas import Storable


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


# Django's JSON encoder would cut the microseconds that the contract shows
Instant = Annotated[
    datetime,
    PlainSerializer(_instant, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class JobCreatedOut(Schema):
    """A job that was made, now or by an earlier request with the same key."""

    job_id: int
    status: str
    message: str


class JobCancelledOut(JobCreatedOut):
    """A job that was cancelled."""


class ImageTaskOut(Schema):
    """A chart: what was asked for, where it stands, and what was made."""

    id: int
    job: int
    algorithm_key: str
    algorithm_version: str
    params: dict[str, Any]
    output_format: str
    status: str
    progress: int
    artifact_png_url: str | None
    artifact_svg_url: str | None
    chart_data: dict[str, Any] | None
    error_code: str | None
    error_message: str | None
    trace_id: str | None
    created_at: Instant
    updated_at: Instant
    dataset: int | None
    input_hash: str | None
    counting_rule: str | None
    alt_text: str | None


class DescriptionTaskOut(Schema):
    """A description of a chart and who really wrote it."""

    id: int
    image_task: int
    user_context: str
    provider_used: str | None
    model_used: str | None
    status: str
    progress: int
    result_text: str | None
    prompt_snapshot: dict[str, Any]
    error_code: str | None
    error_message: str | None
    trace_id: str | None
    created_at: Instant
    updated_at: Instant


class EventOut(Schema):
    """One event of a job; `id` is the cursor for `?after=` of the job's socket."""

    id: int
    event_type: str
    level: str
    message: str
    progress: int
    created_at: str
    payload: dict[str, Any]


class JobOut(Schema):
    """A job with its charts, its descriptions and its newest events, oldest first."""

    id: int
    created_by: int | None
    dataset_id: int | None
    status: str
    progress_total: int
    progress: int
    idempotency_key: str | None
    image_tasks: list[ImageTaskOut]
    images: list[ImageTaskOut]
    description_tasks: list[DescriptionTaskOut]
    events: list[EventOut]
    source_type: str
    created_at: Instant
    updated_at: Instant


class ChartOut(Schema):
    """A chart in a list of jobs."""

    id: int
    algorithm_key: str
    status: str
    progress: int


class JobRowOut(Schema):
    """A job in a list."""

    id: int
    created_by: int | None
    status: str
    progress_total: int
    progress: int
    idempotency_key: str | None
    image_tasks: list[ChartOut]
    source_type: str
    created_at: Instant
    updated_at: Instant


class _PageOut(Schema):
    count: int
    next: str | None
    previous: str | None


class JobPage(_PageOut):
    """One page of jobs."""

    results: list[JobRowOut]


class ImageTaskPage(_PageOut):
    """One page of charts."""

    results: list[ImageTaskOut]


class DescriptionTaskPage(_PageOut):
    """One page of descriptions."""

    results: list[DescriptionTaskOut]


class ImageActionOut(Schema):
    """A chart that was retried or cancelled."""

    image_task_id: int
    status: str
    message: str
    task: ImageTaskOut


Status = Literal["", "PENDING", "RUNNING", "PARTIAL_SUCCESS", "SUCCESS", "FAILED", "CANCELLED"]


PageSize = Annotated[int, Field(ge=1, le=100)]


class JobFilters(Schema):
    """Which jobs a list shows; `search` looks in idempotency and algorithm keys."""

    status: Status = ""
    source_type: Literal["", "lens", "espacenet_excel"] = ""
    date_from: date | None = None
    date_to: date | None = None
    search: Storable = ""
    page_size: PageSize = 20


class ImageFilters(Schema):
    """Which charts a list shows; any word of `search` in the number or the algorithm's key counts."""

    job: int | None = None
    status: Status = ""
    algorithm_key: Storable = ""
    date_from: date | None = None
    date_to: date | None = None
    search: Storable = ""
    page_size: PageSize = 20


class DescribeIn(Schema):
    """A request for a description."""

    image_task_id: int
    user_context: Annotated[Storable, Field(max_length=2000)] = ""
    provider_preference: Literal["openai", "anthropic", "builtin", "mock"] | None = None


class DescribeOut(Schema):
    """A description that will be written."""

    description_task_id: int
    status: str
    message: str
    provider_preference: str | None
    job_id: int


class AlgorithmOut(Schema):
    """A chart algorithm: the facet table it reads and the JSON schema of its parameters."""

    key: str
    version: str
    title: dict[str, str]
    chart_type: str
    facet: str
    sheet: str
    parameters: dict[str, Any]


class ValidationOut(Schema):
    """What a look at an upload found."""

    is_valid: bool
    message: str
    details: dict[str, Any]
