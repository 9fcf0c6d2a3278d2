"""The rights that the application's role must not have on the log.

A new table gets the usual rights of the role, also one that a restore makes: so they are taken away
by the migration that makes the table, and again each time the database is prepared.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

CLOSED = {
    "events_event": "UPDATE, DELETE, TRUNCATE",
    "events_eventseal": "UPDATE, DELETE, TRUNCATE",
    "events_epoch": "INSERT, UPDATE, DELETE, TRUNCATE",
}


def close_log(connection: Any) -> None:
    """Take these rights away, as the owner of the tables. Where one role owns the tables and serves
    requests there is nothing to take away."""
    app_role = connections["default"].settings_dict["USER"]
    if not app_role or app_role == connection.settings_dict["USER"]:
        return
    role = connection.ops.quote_name(app_role)
    with connection.cursor() as cursor:
        for table, rights in CLOSED.items():
            cursor.execute(f"REVOKE {rights} ON {table} FROM {role}")
