"""The log keeps its order when the database moves to another server.

Positions were plain transaction numbers, and every server counts its own. No row is rewritten: what
is there keeps its position, and what comes is placed behind it.
"""

from __future__ import annotations

from typing import Any

import django.db.models.functions.datetime
from django.db import migrations, models

import bureau.kernel.events.models
from bureau.kernel.events import epoch_sql
from bureau.kernel.events.protection import close_log


def close(apps: Any, schema_editor: Any) -> None:
    close_log(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("events", "0003_relay")]
    operations = [
        migrations.CreateModel(
            name="Epoch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cluster", models.BigIntegerField()),
                ("timeline", models.BigIntegerField()),
                ("shift", models.BigIntegerField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.RunSQL(epoch_sql.CREATE, epoch_sql.DROP),
        migrations.RunSQL("SELECT events_continue()", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="event",
            name="xid",
            field=bureau.kernel.events.models.TransactionIdField(
                db_default=bureau.kernel.events.models.NextPosition(), editable=False
            ),
        ),
        migrations.RunPython(close, migrations.RunPython.noop),
    ]
