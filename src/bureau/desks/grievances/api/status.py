"""Whether the desk works, and what others report about their work for it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.cache import never_cache
from ninja import Router, Status
from ninja.decorators import decorate_view

from bureau.desks.grievances import access, schemas, shapes
from bureau.desks.grievances.callers import DeskRequest, service
from bureau.desks.grievances.cases.bot_reports import relay_status
from bureau.kernel.ops.health import DATABASE, REDIS, examiner

router = Router(tags=["grievances"])
Shape = dict[str, Any]


@router.api_operation(
    ["GET", "HEAD"], "/health", auth=None, response={200: dict[str, str], 503: dict[str, str]}
)
@decorate_view(never_cache)
def health(request: HttpRequest) -> Status[Shape]:
    """Whether database and cache answer; 503 names what does not."""
    database, redis = examiner.examine(DATABASE), examiner.examine(REDIS)
    well = not (database.problem or redis.problem)
    body = {
        "status": "healthy" if well else "unhealthy",
        "timestamp": timezone.now().isoformat().replace("+00:00", "Z"),
        "database": "disconnected" if database.problem else "connected",
        "redis": "disconnected" if redis.problem else "connected",
    }
    return Status(200 if well else 503, body)


@router.get("/api/grievance/statuses", auth=None, response=dict[str, Any])
def statuses(request: HttpRequest) -> Shape:
    """The states of a case, in both languages."""
    return {
        "status": "SUCCESS",
        "message": "Available statuses retrieved successfully",
        "data": shapes.statuses_shape(),
    }


@router.post("/task-status", auth=service, response=dict[str, Any])
def task_status(request: DeskRequest, body: schemas.TaskStatusIn) -> Shape:
    """A worker elsewhere reports about its task; whoever watches the case hears of it."""
    if not body.grievance_id:
        # the documented short form names a task only: there is no case to tell anybody about
        return {"status": "acknowledged"}
    case = access.grievance_for(request.auth, body.grievance_id)
    relay_status(case, body.model_dump(exclude={"grievance_id"}), actor=request.auth.actor)
    return {
        "status": "acknowledged",
        "message": "Task status update sent",
        "grievance_id": case.grievance_id,
        "flask_session_id": body.flask_session_id,
        "source": case.source,
        "data": body.data if body.data is not None else body.result,
    }
