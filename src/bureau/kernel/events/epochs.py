"""Going on with the log after the database moved: restored, upgraded or promoted."""

from __future__ import annotations

import structlog
from django.db import DEFAULT_DB_ALIAS, connections

log = structlog.get_logger(__name__)


def continue_log(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Begin an epoch if this is another server, or another timeline of it, than the log knows.

    Costs one small statement when nothing changed. Until it ran on another server, `emit` raises:
    an event in a wrong place would look like tampering, and never be sealed nor sent.

    Returns:
        Whether an epoch began.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT events_continue()")
        (began,) = cursor.fetchone()
    if began:
        log.warning("log_epoch_began")
    return bool(began)
