from __future__ import annotations

from django.apps import AppConfig


class ImagingConfig(AppConfig):
    name = "bureau.desks.imaging"
    label = "imaging"

    def ready(self) -> None:
        """Register the desk's handlers of background work and its kind of file."""
        from bureau.desks.imaging import files, tasks  # noqa: F401  (registers the handlers)

        files.register_kinds()
