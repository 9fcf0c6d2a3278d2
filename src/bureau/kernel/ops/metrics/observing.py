"""Counting what ended: requests and runs of tasks."""

from __future__ import annotations

from bureau.kernel.ops.metrics import counters

# seconds; a request that takes longer than the last is counted beyond it
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


def observe_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    counters.count("bureau_http_requests", (method, route, str(status)))
    name = "bureau_http_request_duration_seconds"
    bound = next((str(bound) for bound in BUCKETS if seconds <= bound), "+Inf")
    counters.count(f"{name}_bucket", (route, bound))
    counters.count(f"{name}_sum", (route,), seconds)


def observe_task(queue: str, kind: str, outcome: str, seconds: float) -> None:
    """Count a run of a task that ended."""
    counters.count("bureau_tasks", (queue, kind, outcome))
    counters.count("bureau_task_seconds", (queue, kind), seconds)
