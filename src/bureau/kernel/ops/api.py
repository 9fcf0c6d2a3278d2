"""Health routes, under `/health`: public, not throttled, no session is touched.

The bodies of the healthy answers are those of the original systems, key by key. What is down is
answered with 503, which load balancers understand, where those systems said 500.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.views.decorators.cache import never_cache
from ninja import Router, Status
from ninja.decorators import decorate_view

from bureau.kernel.ops import health, schemas
from bureau.kernel.ops.health import Finding, examiner

router = Router(tags=["health"], auth=None)
READ = ["GET", "HEAD"]


@router.api_operation(READ, "/", response=schemas.PongOut)
@decorate_view(never_cache)
def pong(request: HttpRequest) -> dict[str, str]:
    """The web process is alive; nothing behind it is asked."""
    return {
        "status": "ok",
        "message": "pong",
        "service": "bureau",
        "version": health.VERSION,
    }


DATABASE_ANSWERS = {200: schemas.DatabaseOut, 503: schemas.DatabaseDownOut}


@router.api_operation(READ, "/db", response=DATABASE_ANSWERS)
@router.api_operation(READ, "/db/", response=DATABASE_ANSWERS, include_in_schema=False)
@decorate_view(never_cache)
def database(request: HttpRequest) -> Status[dict[str, Any]]:
    """One statement over a new connection to the database."""
    found = examiner.examine(health.DATABASE)
    latency = {"latency_ms": found.latency_ms}
    if found.problem:
        return Status(503, {"status": "unhealthy", "error": found.problem, **latency})
    return Status(200, {"status": "healthy", **latency, "database": found.value})


@router.api_operation(
    READ, "/redis/", response={200: schemas.ServiceOut, 503: schemas.ServiceDownOut}
)
@decorate_view(never_cache)
def redis(request: HttpRequest) -> Status[dict[str, Any]]:
    """A PING to the Redis server itself."""
    found = examiner.examine(health.REDIS)
    if found.problem:
        return _down("redis", found)
    return Status(200, {"status": "ok", "service": "redis"})


@router.api_operation(
    READ,
    "/celery/",
    response={200: schemas.WorkersOut | schemas.WarningOut, 503: schemas.ServiceDownOut},
)
@decorate_view(never_cache)
def celery(request: HttpRequest) -> Status[dict[str, Any]]:
    """The broker, and how many workers answer it; none is a warning, the tasks wait."""
    found = examiner.examine(health.WORKERS)
    if found.problem:
        return _down("celery", found)
    if not found.value:
        message = "No active workers found"
        return Status(200, {"status": "warning", "service": "celery", "message": message})
    return Status(200, {"status": "ok", "service": "celery", "workers": len(found.value)})


def _down(service: str, found: Finding) -> Status[dict[str, Any]]:
    body = {"status": "error", "service": service, "message": found.problem}
    return Status(503, {**body, "latency_ms": found.latency_ms})
