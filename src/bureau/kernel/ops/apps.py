from __future__ import annotations

from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "bureau.kernel.ops"
    label = "ops"

    def ready(self) -> None:
        """Register the system checks and the scheduled tasks."""
        from bureau.kernel.ops import checks, scheduled  # noqa: F401
