from __future__ import annotations

from django.apps import AppConfig


class InterpretingConfig(AppConfig):
    name = "bureau.desks.interpreting"
    label = "interpreting"

    def ready(self) -> None:
        """Register the desk's handlers of background work, files and streams."""
        from bureau.desks.interpreting import events, files, tasks  # noqa: F401  (handlers)

        files.register_kinds()
        events.register()
