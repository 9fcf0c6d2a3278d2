from __future__ import annotations

from django.apps import AppConfig


class ImagingConfig(AppConfig):
    name = "bureau.desks.imaging"
    label = "imaging"

    def ready(self) -> None:
        """Register the desk's handlers of background work its kind of file and its demonstration data."""
        from bureau.desks.imaging import demo, files, tasks  # noqa: F401  (registers the handlers)
        from bureau.kernel.ops.demo import register_seeder

        files.register_kinds()
        register_seeder("imaging", demo.seed)
