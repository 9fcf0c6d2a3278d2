from __future__ import annotations

from django.apps import AppConfig


class InterpretingConfig(AppConfig):
    name = "bureau.desks.interpreting"
    label = "interpreting"

    def ready(self) -> None:
        """Register the desk's handlers of background work, files and streams."""
        from bureau.desks.interpreting import demo, events, files, scheduled, tasks  # noqa: F401
        from bureau.kernel.ops.demo import register_seeder

        files.register_kinds()
        events.register()
        register_seeder("interpreting", demo.seed)
