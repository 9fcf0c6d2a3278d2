from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig


class GrievancesConfig(AppConfig):
    name = "bureau.desks.grievances"
    label = "grievances"

    def ready(self) -> None:
        """Register the desk's handlers of background work and its kind of files."""
        from bureau.desks.grievances import files, tasks  # noqa: F401  (registers the handlers)
        from bureau.kernel.notify.templates import register_templates

        files.register_kinds()
        register_templates(Path(__file__).parent / "messages")
