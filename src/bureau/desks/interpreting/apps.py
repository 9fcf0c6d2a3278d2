from __future__ import annotations

from django.apps import AppConfig


class InterpretingConfig(AppConfig):
    name = "bureau.desks.interpreting"
    label = "interpreting"

    def ready(self) -> None:
        """Register background work, files, streams and what erasing a person means."""
        from bureau.desks.interpreting import (  # noqa: F401  (registers the handlers)
            demo,
            erasing,
            events,
            files,
            scheduled,
            tasks,
        )
        from bureau.kernel.ops.demo import register_seeder
        from bureau.kernel.vault.shredders import register_shredder

        files.register_kinds()
        events.register()
        register_seeder("interpreting", demo.seed)
        register_shredder("rooms", erasing.erase_rooms, erasing.export_rooms)
