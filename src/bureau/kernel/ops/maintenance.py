"""Daily care of the database."""

from __future__ import annotations

import structlog
from django.contrib.sessions.models import Session
from django.utils import timezone

log = structlog.get_logger(__name__)


def maintain_database() -> None:
    """Remove sessions that are over.

    The planner's statistics are the server's own care: no process that serves may become the owner
    of the tables, who alone could refresh them by hand.
    """
    gone, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    log.info("database_maintained", sessions_removed=gone)
