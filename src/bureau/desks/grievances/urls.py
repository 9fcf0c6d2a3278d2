"""Addresses of the desk, at the root."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from bureau.desks.grievances.api import urls as desk_api

_patterns, _app_name, _namespace = desk_api
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((_patterns, _app_name), namespace=_namespace)),
]
