"""A phrase is reviewed when somebody else than its author confirmed it; until now one could say so."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def forget_reviews_by_one(apps, schema_editor):
    # by the connection that migrates: another one would wait for this one's lock for ever
    phrases = apps.get_model("interpreting", "Phrase").objects.using(schema_editor.connection.alias)
    phrases.filter(reviewed=True).update(reviewed=False)


class Migration(migrations.Migration):
    dependencies = [
        ("interpreting", "0001_rooms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="phrase",
            name="reviewed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="phrase", name="reviewed_at", field=models.DateTimeField(null=True)
        ),
        migrations.RunPython(forget_reviews_by_one, migrations.RunPython.noop),
    ]
