"""Letting go of old studies, where the operator set for how long they are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction

from bureau.desks.imaging.models import Analysis, Before, Report, Study
from bureau.desks.imaging.services.imports import STREAM
from bureau.kernel.events.log import emit


@transaction.atomic
def expire_studies(*, dry_run: bool = False) -> int:
    """Remove studies ordered longer ago than `BUREAU_IMAGING_RETENTION_DAYS`, and what hangs on them.

    Reports, analyses and what imports kept for undoing go with them. Returns how many studies; 0
    where nothing is set.
    """
    days = settings.ENV.bureau_imaging_retention_days
    if not days:
        return 0
    limit = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=days)
    old = Study.objects.filter(order_datetime__lt=limit)
    if dry_run:
        return old.count()
    ids = old.values("exam_id")
    for kind in (Report, Analysis, Before):
        kind._default_manager.filter(exam_id__in=ids).delete()
    count, _ = old.delete()
    emit(STREAM, "studies.expired", payload={"studies": count, "days": days})
    return count
