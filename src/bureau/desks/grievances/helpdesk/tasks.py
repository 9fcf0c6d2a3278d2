"""The helpdesk's clock."""

from __future__ import annotations

from bureau.desks.grievances.helpdesk.services.watching import watch
from bureau.kernel.jobs.celery_app import app, run_every

run_every(60, "grievances.watch_tickets")


@app.task(name="grievances.watch_tickets")
def watch_tickets() -> None:
    """Every minute: open what is missing, apply changed rules, pass on what is late."""
    watch()
