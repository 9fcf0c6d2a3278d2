"""What a person says a CSV file is written in."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imaging", "0004_functions_with_schema")]
    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="encoding",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
    ]
