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

from bureau.kernel.jobs.queue_state import QueueFacts, QueueState
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
    "/disk/",
    response={200: schemas.ServiceOut | schemas.NoticeOut, 503: schemas.NoticeOut},
)
@decorate_view(never_cache)
def disk(request: HttpRequest) -> Status[dict[str, Any]]:
    """Room for files: a warning early, 503 when uploads are refused to leave the database its own."""
    room = health.disk_room()
    body = {"status": str(room.state), "service": "disk"}
    if room.problem:
        body["message"] = room.problem
    return Status(503 if room.state is health.DiskState.ERROR else 200, body)


@router.api_operation(
    READ,
    "/celery/",
    response={200: schemas.WorkersOut | schemas.WarningOut, 503: schemas.ServiceDownOut},
)
@decorate_view(never_cache)
def celery(request: HttpRequest) -> Status[dict[str, Any]]:
    """The broker, the workers that answer it, and each queue; what nobody takes is a warning."""
    found = examiner.examine(health.WORKERS)
    if found.problem:
        return _down("celery", found)
    facts: list[QueueFacts] = examiner.examine(health.QUEUES).value or []
    queues = {one.name: _queue(one) for one in facts}
    body = {"service": "celery", "queues": queues}
    if message := _warning(found.value, facts):
        return Status(200, {"status": "warning", **body, "message": message})
    return Status(200, {"status": "ok", **body, "workers": len(found.value)})


def _warning(workers: list[str], facts: list[QueueFacts]) -> str:
    if not workers:
        return "No active workers found"
    untaken = [one.name for one in facts if one.state is QueueState.NOBODY]
    stuck = [one.name for one in facts if one.state is QueueState.STUCK]
    return " ".join(
        [f"No worker takes {', '.join(untaken)}."] * bool(untaken)
        + [f"Nothing gets done in {', '.join(stuck)}."] * bool(stuck)
    )


def _queue(facts: QueueFacts) -> dict[str, Any]:
    return {
        "state": facts.state,
        "workers": len(facts.workers),
        "waiting": facts.waiting,
        "running": facts.running,
        "oldest_waiting_seconds": round(facts.oldest_waiting, 1),
        "last_done_seconds": None if facts.last_done is None else round(facts.last_done, 1),
    }


def _down(service: str, found: Finding) -> Status[dict[str, Any]]:
    body = {"status": "error", "service": service, "message": found.problem}
    return Status(503, {**body, "latency_ms": found.latency_ms})
