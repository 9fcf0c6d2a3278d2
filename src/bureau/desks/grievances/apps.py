from __future__ import annotations

from django.apps import AppConfig


class GrievancesConfig(AppConfig):
    name = "bureau.desks.grievances"
    label = "grievances"
