from __future__ import annotations

from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "bureau.kernel.ops"
    label = "ops"

    def ready(self) -> None:
        """Register the system checks and the scheduled tasks."""
        from bureau.kernel.jobs.runner import observe_runs
        from bureau.kernel.ops import checks, scheduled  # noqa: F401
        from bureau.kernel.ops.metrics.observing import observe_task

        observe_runs(observe_task)
