"""Addresses of the pages for people."""

from __future__ import annotations

from django.urls import path
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog

from bureau.console import views

app_name = "console"
urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.login, name="login"),
    # what the scripts say, in the visitor's language
    path(
        "jsi18n/",
        require_safe(JavaScriptCatalog.as_view(packages=["bureau.console"])),
        name="texts",
    ),
    path("insights/", views.chart_jobs, name="chart_jobs"),
    path("insights/sample.xlsx", views.sample_workbook, name="sample_workbook"),
    path("insights/<int:job_id>/", views.chart_job, name="chart_job"),
]
