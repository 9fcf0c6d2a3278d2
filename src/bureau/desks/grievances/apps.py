from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig


class GrievancesConfig(AppConfig):
    name = "bureau.desks.grievances"
    label = "grievances"

    def ready(self) -> None:
        """Register the desk's background work, files, messages and demonstration."""
        from bureau.desks.grievances import files, tasks  # noqa: F401  (registers the handlers)
        from bureau.desks.grievances.demo import seed
        from bureau.desks.grievances.streams import register
        from bureau.kernel.notify.templates import register_templates
        from bureau.kernel.ops.demo import register_seeder

        files.register_kinds()
        register()
        register_templates(Path(__file__).parent / "messages")
        register_seeder("grievances", seed)
