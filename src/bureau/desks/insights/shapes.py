"""Rows as the routes answer them. Nothing here asks the database more than once a list."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from bureau.desks.insights.facets import FACETS
from bureau.desks.insights.models import ChartJob, DescriptionTask, ImageTask
from bureau.desks.insights.services.charts import artifact_paths
from bureau.desks.insights.spec import AlgorithmSpec
from bureau.kernel.events.models import Event
from bureau.kernel.jobs.events import job_event
from bureau.kernel.jobs.models import Job, Task

MAX_EVENTS = 500
_EVENT_KEYS = ("id", "event_type", "level", "message", "progress", "created_at", "payload")


def job_shape(request: HttpRequest, chart_job: ChartJob) -> dict[str, Any]:
    """A job in full."""
    tasks = chart_job.image_tasks.select_related("task").order_by("task_id")
    images = [image_shape(request, image) for image in tasks]
    described = DescriptionTask.objects.filter(image_task__chart_job=chart_job)
    first = chart_job.datasets.order_by("id").values_list("id", flat=True).first()
    return {
        **_job_facts(chart_job),
        "dataset_id": first,
        "image_tasks": images,
        "images": images,
        "description_tasks": [
            description_shape(one) for one in described.select_related("task").order_by("task_id")
        ],
        "events": newest_events(chart_job.job),
    }


def job_row_shape(chart_job: ChartJob) -> dict[str, Any]:
    """A job in a list; its charts and their tasks must be prefetched."""
    images = [
        {
            "id": image.pk,
            "algorithm_key": image.algorithm_key,
            "status": image.task.status,
            "progress": image.task.progress,
        }
        for image in chart_job.image_tasks.all()
    ]
    return {**_job_facts(chart_job), "image_tasks": images}


def _job_facts(chart_job: ChartJob) -> dict[str, Any]:
    job = chart_job.job
    return {
        "id": job.pk,
        "created_by": job.owner_id,
        "status": job.status,
        "progress_total": job.progress,
        "progress": job.progress,
        "idempotency_key": job.idempotency_key,
        "source_type": chart_job.source_type,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
    }


def newest_events(job: Job) -> list[dict[str, Any]]:
    """The newest events of a job, oldest first, in the shape of the job's detail."""
    newest = Event.objects.filter(stream=job.stream).order_by("-id")[:MAX_EVENTS]
    shaped = [job_event(event) for event in reversed(newest)]
    return [
        {**{key: one[key] for key in _EVENT_KEYS}, "progress": one["progress"] or 0}
        for one in shaped
    ]


def image_shape(request: HttpRequest, image: ImageTask) -> dict[str, Any]:
    """A chart; its task must be loaded."""
    urls = {name: request.build_absolute_uri(path) for name, path in artifact_paths(image).items()}
    return {
        **_task_facts(image.task),
        "job": image.chart_job_id,
        "algorithm_key": image.algorithm_key,
        "algorithm_version": image.algorithm_version,
        "params": image.params,
        "output_format": image.output_format,
        "artifact_png_url": urls.get("png"),
        "artifact_svg_url": urls.get("svg"),
        "chart_data": image.chart_data,
        "dataset": image.dataset_id,
        "input_hash": image.input_hash or None,
        "counting_rule": image.counting_rule or None,
        "alt_text": image.alt_text or None,
    }


def description_shape(description: DescriptionTask) -> dict[str, Any]:
    """A description; its task must be loaded."""
    return {
        **_task_facts(description.task),
        "image_task": description.image_task_id,
        "user_context": description.user_context,
        "provider_used": description.provider_used or None,
        "model_used": description.model_used or None,
        "result_text": description.result_text or None,
        "prompt_snapshot": description.prompt_snapshot,
    }


def _task_facts(task: Task) -> dict[str, Any]:
    return {
        "id": task.pk,
        "status": task.status,
        "progress": task.progress,
        "error_code": task.error_code or None,
        "error_message": task.error_message or None,
        "trace_id": task.trace_id or None,
        "created_at": task.created_at,
        "updated_at": task.updated_at,
    }


def algorithm_shape(spec: AlgorithmSpec) -> dict[str, Any]:
    """A chart algorithm as the catalogue shows it."""
    return {
        "key": spec.key,
        "version": spec.version,
        "title": dict(spec.title),
        "chart_type": spec.chart_type,
        "facet": spec.facet,
        "sheet": FACETS[spec.facet].sheet,
        "parameters": spec.params_model.model_json_schema(),
    }
