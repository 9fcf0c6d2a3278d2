import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F

from bureau.desks.imaging.columns import FACETS
from bureau.desks.imaging.sql import rollups


class Migration(migrations.Migration):
    dependencies = [("imaging", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="reportversion",
            name="batch",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="report_versions",
                to="imaging.importbatch",
            ),
        ),
        # the triggers, which made use of these two indexes, first
        migrations.RunSQL(rollups.FUNCTIONS, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="text", name="text_gone"),
        migrations.RemoveIndex(model_name="cell", name="cell_gone"),
        migrations.RemoveIndex(model_name="text", name="text_by_trigram"),
        migrations.RemoveIndex(model_name="text", name="text_by_gram"),
        migrations.AddIndex(
            model_name="text",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(F("folded"), name="gin_trgm_ops"),
                fastupdate=False,
                name="text_by_trigram",
            ),
        ),
        migrations.AddIndex(
            model_name="text",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["grams"], name="text_by_gram"
            ),
        ),
        migrations.RemoveIndex(model_name="study", name="study_by_name"),
        migrations.AddIndex(
            model_name="study",
            index=models.Index(
                fields=["patient_name", "exam_id"],
                include=["order_datetime", *FACETS],
                name="study_by_name",
            ),
        ),
        # for LIKE on whole numbers, which nobody asks: `study_by_identifier` answers such searches
        migrations.RunSQL(
            "DROP INDEX medical_examinations_fact_exam_id_006db8e7_like",
            "CREATE INDEX medical_examinations_fact_exam_id_006db8e7_like "
            "ON medical_examinations_fact (exam_id varchar_pattern_ops)",
        ),
    ]
