"""Forgetting to whom messages went, once nobody needs to know it any more."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from bureau.kernel.jobs.celery_app import app, run_every
from bureau.kernel.notify.models import Message, State
from bureau.kernel.notify.shredder import forget

DAY = 86_400
run_every(DAY, "notify.forget_old")


@app.task(name="notify.forget_old")
def forget_old_messages() -> None:
    """Every day: blank the recipients of messages that were settled long ago."""
    forget_settled()


def forget_settled() -> int:
    """Blank recipients of messages older than `NOTIFY_KEEP_DAYS`; returns how many."""
    before = timezone.now() - timedelta(days=settings.ENV.notify_keep_days)
    return forget(Message.objects.filter(created_at__lt=before).exclude(state=State.QUEUED))
