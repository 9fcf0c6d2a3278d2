from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grievances", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="change",
            name="change_type",
            field=models.CharField(
                choices=[
                    ("status_change", "Status"),
                    ("field_update", "Fields"),
                    ("complainant_update", "Complainant"),
                    ("system_update", "System"),
                    ("message", "Message"),
                    ("satisfied", "Satisfied"),
                ],
                max_length=20,
            ),
        ),
    ]
