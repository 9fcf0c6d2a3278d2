"""The table of studies with its 19 columns, and what is kept beside it.

`Text`, `Cell`, `Day` and `State` are derived from the studies by triggers, in the statement that
changes them: whoever writes studies, they agree (`sql/`, and `services/rollups.py` proves it).
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import MD5

from bureau.desks.imaging.columns import FACETS
from bureau.desks.imaging.fields import NaiveDateTimeField
from bureau.kernel.files.models import StoredFile
from bureau.kernel.jobs.models import Task


class Study(models.Model):
    """One examination of one patient, in the columns and the order of the contract."""

    exam_id = models.CharField(max_length=100, primary_key=True)
    medical_record_no = models.CharField(max_length=100, null=True)
    application_order_no = models.CharField(max_length=100, null=True)
    patient_name = models.CharField(max_length=200)
    patient_gender = models.CharField(max_length=10, null=True)
    patient_birth_date = models.CharField(max_length=20, null=True)
    patient_age = models.IntegerField(null=True)
    # what the sources write: Chinese in real data, so no choices
    exam_status = models.CharField(max_length=20)
    exam_source = models.CharField(max_length=50)
    exam_item = models.CharField(max_length=200)
    exam_description = models.TextField(null=True)
    exam_room = models.CharField(max_length=100, null=True)
    exam_equipment = models.CharField(max_length=200, null=True)
    equipment_type = models.CharField(max_length=100)
    order_datetime = NaiveDateTimeField()
    check_in_datetime = NaiveDateTimeField(null=True)
    report_certification_datetime = NaiveDateTimeField(null=True)
    certified_physician = models.CharField(max_length=200, null=True)
    # when it was loaded here: the mark of the import that wrote the row as it stands
    data_load_time = NaiveDateTimeField(null=True)
    # column -> what the source wrote, where it had to be read (an age of "6月") or was left empty
    as_written = models.JSONField(null=True)

    class Meta:
        db_table = "medical_examinations_fact"
        ordering = ("-order_datetime", "-exam_id")
        indexes = [
            models.Index(fields=["order_datetime", "exam_id"], name="study_by_order"),
            # with what sorting and counting the studies of many names need, so that the table is not
            models.Index(
                fields=["patient_name", "exam_id"],
                include=["order_datetime", *FACETS],
                name="study_by_name",
            ),
            models.Index(fields=["exam_item", "order_datetime", "exam_id"], name="study_by_item"),
            models.Index(
                fields=["exam_status", "order_datetime", "exam_id"], name="study_by_status"
            ),
            models.Index(
                fields=["exam_source", "order_datetime", "exam_id"], name="study_by_source"
            ),
            models.Index(fields=["application_order_no"], name="study_by_application"),
            # a number of eight bytes: a description may be longer than an index takes
            models.Index(
                Func(F("exam_description"), Value(0), function="hashtextextended"),
                name="study_by_description",
            ),
            GinIndex(
                OpClass(
                    Func(
                        F("exam_id"),
                        F("medical_record_no"),
                        F("application_order_no"),
                        function="imaging_ids",
                    ),
                    name="gin_trgm_ops",
                ),
                name="study_by_identifier",
            ),
        ]


class Text(models.Model):
    """A distinct text of one column and how many studies hold it: what search looks through first.

    `folded` is the text in one spelling (NFKC, lower case); `grams` its characters and pairs of
    neighbouring characters, which index what is too short for trigrams or has no words.
    """

    field = models.CharField(max_length=30)
    text = models.TextField()
    n = models.IntegerField()
    folded = models.GeneratedField(
        expression=Func(F("text"), function="imaging_fold"),
        output_field=TextField(),
        db_persist=True,
    )
    grams = models.GeneratedField(
        expression=Func(F("text"), function="imaging_grams"),
        output_field=ArrayField(TextField()),
        db_persist=True,
    )

    class Meta:
        db_table = "imaging_text"
        indexes = [
            # no list of pending entries: every search would read it through until a vacuum comes
            GinIndex(
                OpClass(F("folded"), name="gin_trgm_ops"), name="text_by_trigram", fastupdate=False
            ),
            GinIndex(fields=["grams"], name="text_by_gram", fastupdate=False),
        ]
        constraints = [
            # texts may be longer than an index takes
            models.UniqueConstraint(F("field"), MD5(F("text")), name="text_once_a_field"),
        ]


class Cell(models.Model):
    """How many studies share status, source, item, equipment type and description."""

    exam_status = models.CharField(max_length=20)
    exam_source = models.CharField(max_length=50)
    exam_item = models.CharField(max_length=200)
    equipment_type = models.CharField(max_length=100)
    # hashtextextended of the description; 0 where there is none
    description_code = models.BigIntegerField()
    n = models.IntegerField()

    class Meta:
        db_table = "imaging_cell"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "exam_status",
                    "exam_source",
                    "exam_item",
                    "equipment_type",
                    "description_code",
                ],
                name="cell_once",
            )
        ]


class Day(models.Model):
    """How many studies were ordered on a day: where a page with a high number begins."""

    day = models.DateField(primary_key=True)
    n = models.IntegerField()

    class Meta:
        db_table = "imaging_day"


class State(models.Model):
    """One row: a number that changes whenever studies change. Remembered counts carry it."""

    version = models.BigIntegerField(default=0)

    class Meta:
        db_table = "imaging_state"


class BatchState(models.TextChoices):
    """Where an import stands."""

    READING = "reading"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"


class Target(models.TextChoices):
    """What an import brings."""

    STUDY = "study"
    REPORT = "report"


class ImportBatch(models.Model):
    """One import: from what, how, and how many rows became what.

    `rows_read` is the sum of the five counts below it. `loaded_at` marks the rows this import
    wrote; it is what makes undoing possible.
    """

    class OnConflict(models.TextChoices):
        """What happens to a study that is there already and differs."""

        UPDATE = "update"
        SKIP = "skip"
        REJECT = "reject"

    target = models.CharField(max_length=10, choices=Target.choices, default=Target.STUDY)
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.READING)
    # null where a command on the server ran it
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL)
    task = models.OneToOneField(
        Task, null=True, on_delete=models.SET_NULL, related_name="imaging_batch"
    )
    source_name = models.CharField(max_length=200)
    # names the content of the source, so that a second start knows where the first one stopped
    source_mark = models.CharField(max_length=64, blank=True, default="")
    on_conflict = models.CharField(
        max_length=10, choices=OnConflict.choices, default=OnConflict.UPDATE
    )
    dry_run = models.BooleanField(default=False)
    batch_size = models.PositiveIntegerField(default=50_000)
    # source column -> field, where a person said so; else found by its header
    mapping = models.JSONField(default=dict)
    # what a CSV file is written in, where a person said so; else found by its bytes
    encoding = models.CharField(max_length=40, blank=True, default="")
    notes = models.JSONField(default=list)
    rows_read = models.PositiveIntegerField(default=0)
    inserted = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    loaded_at = NaiveDateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "imaging_import"
        indexes = [models.Index(fields=["source_mark"], name="import_by_mark")]


class Problem(models.Model):
    """Why a row of a source was refused. The reason may quote a date or an age, never a name."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="problems")
    row_no = models.PositiveIntegerField()
    field = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)

    class Meta:
        db_table = "imaging_import_problem"
        indexes = [models.Index(fields=["batch", "row_no"], name="problem_by_row")]


class Before(models.Model):
    """A study as it was before an import changed it."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="before")
    exam_id = models.CharField(max_length=100)
    study = models.JSONField()

    class Meta:
        db_table = "imaging_before"
        constraints = [
            models.UniqueConstraint(fields=["batch", "exam_id"], name="before_once_an_import")
        ]


class Staged(models.Model):
    """A row of a source as text, between reading and applying."""

    batch_id = models.BigIntegerField()
    row_no = models.IntegerField()
    exam_id = models.TextField(null=True)
    medical_record_no = models.TextField(null=True)
    application_order_no = models.TextField(null=True)
    patient_name = models.TextField(null=True)
    patient_gender = models.TextField(null=True)
    patient_birth_date = models.TextField(null=True)
    patient_age = models.TextField(null=True)
    exam_status = models.TextField(null=True)
    exam_source = models.TextField(null=True)
    exam_item = models.TextField(null=True)
    exam_description = models.TextField(null=True)
    exam_room = models.TextField(null=True)
    exam_equipment = models.TextField(null=True)
    equipment_type = models.TextField(null=True)
    order_datetime = models.TextField(null=True)
    check_in_datetime = models.TextField(null=True)
    report_certification_datetime = models.TextField(null=True)
    certified_physician = models.TextField(null=True)
    as_written = models.JSONField(null=True)

    pk = models.CompositePrimaryKey("batch_id", "row_no")

    class Meta:
        db_table = "imaging_staged"


class ReportStatus(models.TextChoices):
    """The contract's words."""

    DRAFT = "draft"
    COMPLETED = "completed"
    ARCHIVED = "archived"


class Report(models.Model):
    """The newest version of what a radiologist wrote about a study."""

    report_id = models.CharField(max_length=100, primary_key=True)
    exam_id = models.CharField(max_length=100, db_index=True)
    patient_name = models.CharField(max_length=200, blank=True, default="")
    exam_item = models.CharField(max_length=200, blank=True, default="")
    findings = models.TextField(blank=True, default="")
    impression = models.TextField(null=True)
    recommendation = models.TextField(null=True)
    radiologist = models.CharField(max_length=200, blank=True, default="")
    status = models.CharField(
        max_length=10, choices=ReportStatus.choices, default=ReportStatus.COMPLETED
    )
    created_at = NaiveDateTimeField()
    content_hash = models.CharField(max_length=64)
    version_number = models.PositiveIntegerField(default=1)
    loaded_at = NaiveDateTimeField(null=True)
    folded = models.GeneratedField(
        expression=Func(
            F("patient_name"),
            F("exam_item"),
            F("findings"),
            F("impression"),
            function="imaging_fold_all",
        ),
        output_field=TextField(),
        db_persist=True,
    )

    class Meta:
        db_table = "imaging_report"
        indexes = [
            models.Index(fields=["created_at", "report_id"], name="report_by_age"),
            models.Index(fields=["status", "created_at"], name="report_by_status"),
            GinIndex(OpClass(F("folded"), name="gin_trgm_ops"), name="report_by_trigram"),
            GinIndex(Func(F("folded"), function="imaging_grams_of_folded"), name="report_by_gram"),
        ]


class ReportVersion(models.Model):
    """One version of a report, the newest included."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="versions")
    version_number = models.PositiveIntegerField()
    change_type = models.CharField(max_length=12)
    # the import that wrote it; undoing that import takes the version back
    batch = models.ForeignKey(
        ImportBatch, null=True, on_delete=models.SET_NULL, related_name="report_versions"
    )
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "imaging_report_version"
        constraints = [
            models.UniqueConstraint(fields=["report", "version_number"], name="report_version_once")
        ]


class Analysis(models.Model):
    """A request to examine one study; the kernel's task says how far it is."""

    task = models.OneToOneField(Task, on_delete=models.CASCADE, related_name="imaging_analysis")
    exam_id = models.CharField(max_length=100)
    analysis_type = models.CharField(max_length=40)
    results = models.JSONField(default=dict)

    class Meta:
        db_table = "imaging_analysis"
