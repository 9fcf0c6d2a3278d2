"""Demonstration data: a job of four charts for the cast's analyst, drawn when the workers start."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.desks.insights.requests import JobRequest
from bureau.desks.insights.sample import write_filters
from bureau.desks.insights.services.jobs import create_chart_job
from bureau.kernel.accounts.models import User

CHARTS = (
    "top_patent_countries",
    "patent_evolution",
    "patent_trends_cumulative",
    "cpc_treemap",
)


def seed() -> Mapping[str, Any]:
    """Ask for the charts of a workbook of invented patents."""
    book = BytesIO()
    write_filters(book)
    asked = {
        "source_type": "espacenet_excel",
        "images": [{"algorithm_key": key} for key in CHARTS],
    }
    made = create_chart_job(
        User.objects.get(username="analyst"),
        JobRequest.model_validate(asked),
        SimpleUploadedFile("sample-filters.xlsx", book.getvalue()),
    )
    return {"job": made.job.pk}
