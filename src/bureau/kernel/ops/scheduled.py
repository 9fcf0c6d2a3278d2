"""Scheduled Celery tasks of the kernel (the beat schedule in `jobs.celery_app` names them).

All are idempotent, so a doubled message does no harm.
"""

from __future__ import annotations

from bureau.kernel.events.relay import relay_events
from bureau.kernel.events.relay_inbox import forget_old_messages
from bureau.kernel.events.sealing import seal_events
from bureau.kernel.files.services import sweep_orphans
from bureau.kernel.jobs import losses  # noqa: F401  (workers notice what they lose)
from bureau.kernel.jobs.celery_app import app
from bureau.kernel.jobs.reaper import reclaim_from_worker, redispatch_waiting, sweep
from bureau.kernel.ops.maintenance import maintain_database


@app.task(name="jobs.sweep")
def sweep_tasks() -> None:
    """Every 5 s: take tasks back from lost workers, offer those that wait."""
    sweep()


@app.task(name="jobs.reclaim")
def reclaim(task_id: int, worker: str) -> None:
    """When a worker saw its process die: another one may have the task at once."""
    reclaim_from_worker(task_id, worker)


@app.task(name="jobs.redispatch_waiting")
def redispatch() -> None:
    """When a worker's connection to the broker came back: hints may be lost."""
    redispatch_waiting()


@app.task(name="events.relay")
def relay_waiting_events() -> None:
    """Every 2 s: send what is new in the log to the message bus."""
    relay_events()


@app.task(name="events.forget_messages")
def forget_messages() -> None:
    """Every day: forget which messages were heard long ago."""
    forget_old_messages()


@app.task(name="events.seal")
def seal_settled_events() -> None:
    """Every minute: seal the log's settled events."""
    seal_events()


@app.task(name="files.sweep")
def sweep_files() -> None:
    """Every hour: remove files that no row names."""
    sweep_orphans()


@app.task(name="maintenance.database")
def maintain() -> None:
    """Every day: remove what is over."""
    maintain_database()
