from __future__ import annotations

from django.apps import AppConfig


class RetrievalConfig(AppConfig):
    name = "bureau.kernel.retrieval"
    label = "retrieval"

    def ready(self) -> None:
        """Register the room's background work and its kind of files."""
        from bureau.kernel.retrieval import files, tasks  # noqa: F401  (registers the handlers)

        files.register_kinds()
