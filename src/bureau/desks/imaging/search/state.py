"""Which studies there are, as one short text: what was found out under it holds until it changes."""

from __future__ import annotations

from django.db import connection

# a number may come back after a roll-back; the transaction that wrote it does not
WRITTEN = "SELECT version || '.' || xmin AS state FROM imaging_state"
NONE = "0"


def state_now() -> str:
    """Changes whenever studies change."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        row = cursor.fetchone()
    return str(row[0]) if row else NONE
