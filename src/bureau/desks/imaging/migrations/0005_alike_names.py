"""Names are found however they are spelled: the folding function, and all kept texts anew."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from bureau.desks.imaging.sql import spelling


def fold_anew(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(spelling.create(), params=None)
    schema_editor.execute(spelling.REWRITE)


def fold_as_before(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(spelling.BEFORE, params=None)
    schema_editor.execute(spelling.REWRITE)


class Migration(migrations.Migration):
    dependencies = [("imaging", "0004_functions_with_schema")]

    operations = [migrations.RunPython(fold_anew, fold_as_before)]
