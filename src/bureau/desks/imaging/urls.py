"""Addresses of the desk, below `/api/v1/`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bureau.desks.imaging.api import urls

urlpatterns: list[URLPattern | URLResolver] = [path("", urls)]
