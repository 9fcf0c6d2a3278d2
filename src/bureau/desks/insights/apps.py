from __future__ import annotations

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "bureau.desks.insights"
    label = "insights"

    def ready(self) -> None:
        """Register the desk's handlers of background work and its kinds of files."""
        from bureau.desks.insights import files, tasks  # noqa: F401  (registers the handlers)

        files.register_kinds()
