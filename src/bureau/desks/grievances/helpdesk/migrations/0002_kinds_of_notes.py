from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("helpdesk", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ticketnote",
            name="kind",
            field=models.CharField(
                choices=[
                    ("NOTE", "Note"),
                    ("FIELD_REPORT", "Field report"),
                    ("ESCALATION", "Escalation"),
                    ("RESOLUTION", "Resolution"),
                    ("HEARING", "Hearing"),
                    ("REASSIGNMENT", "Reassignment"),
                    ("TRANSFER", "Transfer"),
                ],
                default="NOTE",
                max_length=12,
            ),
        ),
    ]
