"""Scheduled Celery tasks of the desk. Both may run twice without harm."""

from __future__ import annotations

from bureau.desks.interpreting.services.maintenance import forget_old_audio, usage_report
from bureau.kernel.jobs.celery_app import app, run_every

DAY = 86_400


@app.task(name="interpreting.forget_audio")
def forget_audio() -> None:
    """Every day: remove old recordings and spoken translations."""
    forget_old_audio()


@app.task(name="interpreting.report_usage")
def report_usage() -> None:
    """Every day: count the week's messages into the log."""
    usage_report()


run_every(DAY, "interpreting.forget_audio")
run_every(DAY, "interpreting.report_usage")
