from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "bureau.kernel.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Register the job stream that sockets may watch, and what workers say of themselves."""
        from bureau.kernel.events.streams import StreamKind, register_stream
        from bureau.kernel.jobs import presence  # noqa: F401  (its signals)
        from bureau.kernel.jobs.access import job_for
        from bureau.kernel.jobs.events import job_event

        register_stream(StreamKind("job", job_for, job_event))
