"""Chart jobs, the datasets they read, and the charts and descriptions they make.

Status, progress and errors live in the kernel's jobs and tasks, whose keys these rows share.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bureau.kernel.files.models import StoredFile
from bureau.kernel.jobs.models import Job, Task


class SourceType(models.TextChoices):
    """Where patent tables come from."""

    LENS = "lens", "Lens"
    ESPACENET = "espacenet_excel", "Espacenet export"


class OutputFormat(models.TextChoices):
    """Which files a chart becomes."""

    PNG = "png", "PNG"
    SVG = "svg", "SVG"
    BOTH = "both", "PNG and SVG"


class ChartJob(models.Model):
    """A request for charts of one source."""

    job = models.OneToOneField(
        Job, primary_key=True, on_delete=models.CASCADE, related_name="chart_job"
    )
    source_type = models.CharField(max_length=20, choices=SourceType.choices)
    source_params = models.JSONField(default=dict)
    source_file = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+"
    )
    visualization_config = models.JSONField(default=dict)


class Dataset(models.Model):
    """One facet table of a job, in the form that algorithms read and in that which people do."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    job = models.ForeignKey(ChartJob, on_delete=models.CASCADE, related_name="datasets")
    source_type = models.CharField(max_length=20, choices=SourceType.choices)
    facet = models.CharField(max_length=40)
    schema_version = models.CharField(max_length=10, default="v1")
    normalized_format = models.CharField(max_length=10, default="parquet")
    parquet = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    rows_json = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    columns_map = models.JSONField(default=dict)
    summary_stats = models.JSONField(default=dict)
    # of the table's one canonical spelling, so equal tables of different files are seen as equal
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "facet"], name="dataset_once_a_facet")
        ]


class ImageTask(models.Model):
    """One chart of a job: what was asked for, and what was made once its task succeeded."""

    task = models.OneToOneField(
        Task, primary_key=True, on_delete=models.CASCADE, related_name="image_task"
    )
    chart_job = models.ForeignKey(ChartJob, on_delete=models.CASCADE, related_name="image_tasks")
    algorithm_key = models.CharField(max_length=100)
    algorithm_version = models.CharField(max_length=20)
    params = models.JSONField(default=dict)
    output_format = models.CharField(
        max_length=4, choices=OutputFormat.choices, default=OutputFormat.BOTH
    )
    dataset = models.ForeignKey(Dataset, null=True, on_delete=models.SET_NULL, related_name="+")
    png = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    svg = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    chart_data = models.JSONField(null=True)
    # of the table, the algorithm and its effective parameters: equal hashes, equal charts
    input_hash = models.CharField(max_length=64, blank=True, default="")
    counting_rule = models.TextField(blank=True, default="")
    alt_text = models.TextField(blank=True, default="")

    @property
    def language(self) -> str:
        """The language the chart was asked for in."""
        config = self.chart_job.visualization_config.get("custom_params") or {}
        return str(self.params.get("language") or config.get("language") or "es")


class DescriptionTask(models.Model):
    """One description of a chart in words, and who really wrote it."""

    task = models.OneToOneField(
        Task, primary_key=True, on_delete=models.CASCADE, related_name="description_task"
    )
    image_task = models.ForeignKey(
        ImageTask, on_delete=models.CASCADE, related_name="description_tasks"
    )
    user_context = models.TextField(blank=True, default="")
    provider_preference = models.CharField(max_length=20, blank=True, default="")
    provider_used = models.CharField(max_length=40, blank=True, default="")
    model_used = models.CharField(max_length=120, blank=True, default="")
    result_text = models.TextField(blank=True, default="")
    prompt_snapshot = models.JSONField(default=dict)
