from __future__ import annotations

from django.apps import AppConfig


class CollectionsConfig(AppConfig):
    name = "bureau.desks.interpreting.collections"
    label = "interpreting_collections"

    def ready(self) -> None:
        """Register background work, kinds of files and what goes to the bus."""
        from bureau.desks.interpreting.collections import (  # noqa: F401  (registers the handlers)
            events,
            files,
            tasks,
        )
        from bureau.desks.interpreting.imports import tasks as imports  # noqa: F401

        files.register_kinds()
        events.register()
