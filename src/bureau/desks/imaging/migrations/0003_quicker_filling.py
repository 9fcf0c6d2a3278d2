from typing import Any

from django.db import migrations

from bureau.desks.imaging.sql import indexes, rollups


def create(apps: Any, schema_editor: Any) -> None:
    indexes.create(schema_editor, *(apps.get_model("imaging", name) for name in ("Study", "Text")))


class Migration(migrations.Migration):
    dependencies = [("imaging", "0002_lighter_counts")]

    operations = [
        migrations.RunSQL(rollups.FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunPython(create, migrations.RunPython.noop),
        migrations.RunSQL(migrations.RunSQL.noop, indexes.DROP),
    ]
