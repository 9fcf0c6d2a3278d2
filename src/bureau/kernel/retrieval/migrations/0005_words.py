"""Words to search are written by the application, no longer by the database's own full text.

What was kept stays and is found until `prepare` (or `rebuild_search`) has written it anew.
"""

from __future__ import annotations

import importlib

from django.db import migrations, models

_before = importlib.import_module("bureau.kernel.retrieval.migrations.0002_search")
OWN = "ALTER TABLE retrieval_chunk ALTER COLUMN search DROP EXPRESSION"
UNDO_OWN = f"{_before.UNDO_SEARCH}; {_before.SEARCH}"
WAITING = (
    "CREATE INDEX chunk_search_version ON retrieval_chunk (search_version, id)",
    "DROP INDEX chunk_search_version",
)


class Migration(migrations.Migration):
    dependencies = [("retrieval", "0004_reader_notes")]

    operations = [
        migrations.RunSQL(OWN, UNDO_OWN),
        migrations.AddField(
            model_name="chunk",
            name="search_version",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.RunSQL(*WAITING),
    ]
