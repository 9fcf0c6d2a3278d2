from __future__ import annotations

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "bureau.desks.insights"
    label = "insights"

    def ready(self) -> None:
        """Register the desk's background work, kinds of files and demonstration."""
        from bureau.desks.insights import demo, files, tasks  # noqa: F401  (registers the handlers)
        from bureau.kernel.ops.demo import register_seeder

        files.register_kinds()
        register_seeder("insights", demo.seed)
