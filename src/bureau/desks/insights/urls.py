"""Addresses of chart files."""

from __future__ import annotations

from django.urls import path

from bureau.desks.insights.views import artifact

urlpatterns = [
    path(
        f"media/artifacts/{image_format}/job_<int:job_id>/task_<int:task_id>.{image_format}",
        artifact,
        {"image_format": image_format},
        name=f"chart-{image_format}",
    )
    for image_format in ("png", "svg")
]
