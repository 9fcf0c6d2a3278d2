from __future__ import annotations

from django.apps import AppConfig


class AiConfig(AppConfig):
    name = "bureau.kernel.ai"
    label = "ai"

    def ready(self) -> None:
        from bureau.kernel.ai import checks  # noqa: F401  (registers the checks)
