"""What the clock does for the desk: old recordings go, and the week is counted."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from bureau.desks.interpreting.models import ChatMessage
from bureau.kernel.files.services import delete_file

log = structlog.get_logger(__name__)

BATCH = 500
WEEK = timedelta(days=7)


def forget_old_audio() -> int:
    """Remove recordings and spoken translations after INTERPRETING_AUDIO_DAYS; texts stay.

    Returns:
        How many files went; the next run goes on where a batch ended.
    """
    past = timezone.now() - timedelta(days=settings.ENV.interpreting_audio_days)
    with_files = Q(audio__isnull=False) | Q(speech__isnull=False)
    old = ChatMessage.objects.filter(with_files, created_at__lt=past)
    removed = 0
    for message in old.select_related("audio", "speech").order_by("id")[:BATCH]:
        with transaction.atomic():
            for stored in filter(None, (message.audio, message.speech)):
                delete_file(stored)
                removed += 1
    if removed:
        log.info("old_audio_removed", files=removed)
    return removed


def usage_report() -> dict[str, object]:
    """Messages a day for a week, and today's rooms and recordings; also written to the log."""
    today = timezone.now().date()
    week = ChatMessage.objects.filter(created_at__gte=timezone.now() - WEEK)
    days = week.annotate(day=TruncDate("created_at")).values("day").annotate(count=Count("id"))
    now = ChatMessage.objects.filter(created_at__date=today)
    report: dict[str, object] = {
        "messages_per_day": {str(row["day"]): row["count"] for row in days.order_by("day")},
        "active_rooms_today": now.values("room").distinct().count(),
        "recordings_today": now.filter(has_audio=True).count(),
    }
    log.info("usage_report", **report)
    return report
