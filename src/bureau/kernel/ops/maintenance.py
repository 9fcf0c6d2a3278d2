"""Daily care of the database."""

from __future__ import annotations

import structlog
from django.contrib.sessions.models import Session
from django.db import connections
from django.utils import timezone

log = structlog.get_logger(__name__)


def maintain_database() -> None:
    """Remove sessions that are over, and bring the planner's statistics up to date.

    The server does the latter by itself after enough changes; tables that grow slowly wait long.
    Only the tables' owner may: where no owner's address is known here, this is left to the server.
    """
    gone, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    owner = connections["owner"]
    is_owner = owner.settings_dict["USER"] != connections["default"].settings_dict["USER"]
    if is_owner:
        with owner.cursor() as cursor:
            cursor.execute("ANALYZE")
        owner.close()
    log.info("database_maintained", sessions_removed=gone, analyzed=is_owner)
