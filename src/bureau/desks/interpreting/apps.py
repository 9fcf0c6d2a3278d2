from __future__ import annotations

from django.apps import AppConfig


class InterpretingConfig(AppConfig):
    name = "bureau.desks.interpreting"
    label = "interpreting"
