"""`celery -A bureau.celery:app`: the application with every desk's tasks registered."""

from __future__ import annotations

import django

django.setup()

from bureau.kernel.jobs.celery_app import app
from bureau.kernel.jobs.worker import register_tasks

register_tasks(app)

__all__ = ["app"]
