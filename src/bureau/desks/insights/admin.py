"""The desk on the admin site: to look at. Changes go through the verbs."""

from __future__ import annotations

from django.contrib import admin

from bureau.desks.insights.models import ChartJob, Dataset, DescriptionTask, ImageTask
from bureau.kernel.accounts.admin import ReadOnlyAdmin


@admin.register(ChartJob)
class ChartJobAdmin(ReadOnlyAdmin):
    """Requests for charts."""

    list_display = ("job_id", "source_type")
    list_filter = ("source_type",)
    list_select_related = ("job",)


@admin.register(Dataset)
class DatasetAdmin(ReadOnlyAdmin):
    """Facet tables."""

    list_display = ("id", "job_id", "facet", "source_type", "created_at")
    list_filter = ("facet", "source_type")


@admin.register(ImageTask)
class ImageTaskAdmin(ReadOnlyAdmin):
    """Charts."""

    list_display = ("task_id", "chart_job_id", "algorithm_key", "output_format")
    list_filter = ("algorithm_key",)


@admin.register(DescriptionTask)
class DescriptionTaskAdmin(ReadOnlyAdmin):
    """Descriptions."""

    list_display = ("task_id", "image_task_id", "provider_used", "model_used")
    list_filter = ("provider_used",)
