from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    name = "bureau.desks.grievances.helpdesk"
    label = "helpdesk"

    def ready(self) -> None:
        from bureau.desks.grievances.helpdesk import checks, tasks  # noqa: F401  (register themselves)
        from bureau.desks.grievances.helpdesk.shredder import erase_complaints, export_complaints
        from bureau.kernel.notify.templates import register_templates
        from bureau.kernel.vault.shredders import register_shredder

        register_templates(Path(__file__).parent / "texts")
        register_shredder("complaints", erase_complaints, export_complaints)
