"""Invented studies in the table, for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bureau.desks.imaging.columns import DATETIMES, SOURCE_COLUMNS
from bureau.desks.imaging.models import Study
from bureau.desks.imaging.sample import studies


def fill(count: int) -> None:
    """Store that many invented studies."""
    Study.objects.bulk_create(Study(**_typed(row)) for row in studies(count))


def _typed(row: tuple[str | None, ...]) -> dict[str, Any]:
    fields: dict[str, Any] = dict(zip(SOURCE_COLUMNS, row, strict=True))
    for name in DATETIMES[:-1]:
        fields[name] = datetime.fromisoformat(fields[name]) if fields[name] else None
    return {**fields, "patient_age": int(fields["patient_age"])}


def study(exam_id: str, **fields: Any) -> Study:
    """Store an invented study with these fields."""
    (row,) = studies(1)
    return Study.objects.create(**{**_typed(row), "exam_id": exam_id, **fields})
