"""What a person says a CSV file is written in, and what sources wrote where it had to be read."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imaging", "0005_alike_names")]
    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="encoding",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AddField("study", "as_written", models.JSONField(null=True)),
        migrations.AddField("staged", "as_written", models.JSONField(null=True)),
    ]
