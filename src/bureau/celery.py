"""`celery -A bureau` or `celery -A bureau.celery:app`: with every desk's tasks registered."""

from __future__ import annotations

import os

import django

# before Django reads it: who starts Celery by hand has no reason to set it
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")
django.setup()

from bureau.kernel.jobs.celery_app import app
from bureau.kernel.jobs.worker import register_tasks

register_tasks(app)

__all__ = ["app"]
