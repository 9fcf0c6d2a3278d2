from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig


class GrievancesConfig(AppConfig):
    name = "bureau.desks.grievances"
    label = "grievances"

    def ready(self) -> None:
        """Register the desk's background work, files, messages, shredder and demonstration."""
        from bureau.desks.grievances import files, tasks
        from bureau.desks.grievances.demo import seed
        from bureau.desks.grievances.services.shredding import (
            erase_complainants,
            export_complainants,
        )
        from bureau.kernel.jobs.celery_app import schedule
        from bureau.kernel.notify.templates import register_templates
        from bureau.kernel.ops.demo import register_seeder
        from bureau.kernel.vault.shredders import register_shredder

        files.register_kinds()
        register_templates(Path(__file__).parent / "messages")
        register_shredder("grievances", erase_complainants, export_complainants)
        register_seeder("grievances", seed)
        schedule("clean-up-grievances", 86_400, tasks.CLEAN_UP)
