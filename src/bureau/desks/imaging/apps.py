from __future__ import annotations

from django.apps import AppConfig


class ImagingConfig(AppConfig):
    name = "bureau.desks.imaging"
    label = "imaging"
