"""Routes of the queue's monitors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from bureau.kernel.accounts.auth import AuthedRequest, admin_only, signed_in
from bureau.kernel.jobs.access import task_for
from bureau.kernel.ops import schemas
from bureau.kernel.ops.background import queue_status, task_shape

router = Router(tags=["background work"])


@router.get(
    "/celery/status/",
    auth=admin_only,
    response=schemas.QueueOut,
    exclude_unset=True,
)
def celery_status(request: HttpRequest) -> dict[str, Any]:
    """The workers that answer, and the newest 50 tasks."""
    return queue_status()


@router.get(
    "/tasks/{int:task_id}/",
    auth=signed_in,
    response=schemas.TaskOut,
    exclude_unset=True,
)
def task_detail(request: AuthedRequest, task_id: int) -> dict[str, Any]:
    """One task, for who asked for it and administrators: how far it is, and what came of it."""
    return task_shape(task_for(request.auth, task_id))
