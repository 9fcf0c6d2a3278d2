"""The log takes inserts only: a trigger refuses everything else to everyone, and the app role's
rights are taken away besides, so that neither alone has to be trusted."""

from __future__ import annotations

from typing import Any

from django.db import connections, migrations

TABLES = ("events_event", "events_eventseal")

GUARD = """
CREATE FUNCTION events_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""
TRIGGER = """
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION events_refuse_change();
"""


def revoke_from_app_role(apps: Any, schema_editor: Any) -> None:
    """Where one role owns the tables and serves requests there is nothing to revoke."""
    app_role = connections["default"].settings_dict["USER"]
    connection = schema_editor.connection
    if app_role and app_role != connection.settings_dict["USER"]:
        role = connection.ops.quote_name(app_role)
        for table in TABLES:
            schema_editor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [
        migrations.RunSQL(
            GUARD + "".join(TRIGGER.format(table=table) for table in TABLES),
            "".join(f"DROP TRIGGER refuse_change ON {table};" for table in TABLES)
            + "DROP FUNCTION events_refuse_change();",
        ),
        migrations.RunPython(revoke_from_app_role, migrations.RunPython.noop),
    ]
