from __future__ import annotations

from django.apps import AppConfig


class CollectionsConfig(AppConfig):
    name = "bureau.desks.interpreting.collections"
    label = "interpreting_collections"

    def ready(self) -> None:
        """Register background work, kinds of files, what goes to the bus and what erasing means."""
        from bureau.desks.interpreting import polling
        from bureau.desks.interpreting.collections import (  # noqa: F401  (registers the handlers)
            erasing,
            events,
            files,
            tasks,
        )
        from bureau.desks.interpreting.imports import tasks as imports  # noqa: F401
        from bureau.kernel.vault.shredders import register_shredder

        files.register_kinds()
        polling.register()
        events.register()
        register_shredder("patient_contexts", erasing.erase_contexts, erasing.export_contexts)
