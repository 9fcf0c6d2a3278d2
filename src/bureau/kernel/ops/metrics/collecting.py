"""The families of metrics: counters from Redis, the rest as it is when Prometheus asks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import accumulate

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from redis import RedisError

from bureau.kernel.jobs.clock import clock_runs
from bureau.kernel.jobs.queues import QUEUES
from bureau.kernel.ops.health import VERSION
from bureau.kernel.ops.metrics import counters, rows
from bureau.kernel.ops.metrics.observing import BUCKETS
from bureau.kernel.ops.metrics.process import of_this_process

log = structlog.get_logger(__name__)

COUNTERS = {
    "bureau_http_requests": ("Requests answered.", ("method", "route", "status")),
    "bureau_tasks": ("Runs of tasks that ended.", ("queue", "kind", "outcome")),
    "bureau_task_seconds": ("Time that runs of tasks took.", ("queue", "kind")),
}
PROCESS_GAUGES = {
    "sockets": ("bureau_sockets", "Open sockets that watch a stream."),
    "pool_connections": ("bureau_pool_connections", "Connections in the web processes' pools."),
    "pool_available": ("bureau_pool_available", "Connections in the pools that nobody uses."),
    "pool_waiting": ("bureau_pool_waiting", "Requests that wait for a connection."),
}


def text() -> bytes:
    """Everything in Prometheus' text format; what cannot be asked is left out and `bureau_up` says so."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_House())
    return generate_latest(registry)


class _House:
    """The collector."""

    def collect(self) -> Iterator[Metric]:
        """All families."""
        up = GaugeMetricFamily("bureau_up", "Whether a part could be asked.", labels=["part"])
        for part, families, failures in (
            ("redis", _from_redis, RedisError),
            ("database", _from_rows, DatabaseError),
        ):
            try:
                yield from list(families())
                up.add_metric([part], 1)
            except failures as problem:
                log.warning("metrics_not_read", part=part, problem=type(problem).__name__)
                up.add_metric([part], 0)
        yield up
        yield from _from_disk()
        build = GaugeMetricFamily("bureau_build", "The release.", labels=["version"])
        build.add_metric([VERSION], 1)
        yield build


def _from_redis() -> Iterator[Metric]:
    counters.hand_over(of_this_process())
    sums = counters.totals()
    for name, (meaning, labels) in COUNTERS.items():
        family = CounterMetricFamily(name, meaning, labels=labels)
        for (found, values), value in sorted(sums.items()):
            if found == name:
                family.add_metric(values, value)
        yield family
    yield _durations(sums)
    gauges = counters.gauges()
    for name, (shown, meaning) in PROCESS_GAUGES.items():
        yield GaugeMetricFamily(shown, meaning, value=gauges.get(name, 0.0))


def _durations(sums: counters.Sums) -> Metric:
    name = "bureau_http_request_duration_seconds"
    family = HistogramMetricFamily(name, "Time until a request was answered.", labels=["route"])
    bounds = [*map(str, BUCKETS), "+Inf"]
    for route in sorted({values[0] for found, values in sums if found == f"{name}_sum"}):
        parts = [sums.get((f"{name}_bucket", (route, bound)), 0.0) for bound in bounds]
        family.add_metric(
            [route],
            list(zip(bounds, accumulate(parts), strict=True)),
            sums[f"{name}_sum", (route,)],
        )
    return family


def _from_rows() -> Iterator[Metric]:
    found = rows.ask()
    yield from _queues(found.queues)
    for word, (number, age) in (("unsealed", found.unsealed), ("unsent", found.unsent)):
        name = f"bureau_events_{word}"
        yield GaugeMetricFamily(name, f"Events that are {word}, at most 100,000.", value=number)
        yield GaugeMetricFamily(f"{name}_oldest_seconds", "Age of the oldest.", value=float(age))
    yield from _ai(found.ai)
    used, limit = found.connections
    yield GaugeMetricFamily("bureau_database_connections", "Of the role.", value=used)
    yield GaugeMetricFamily("bureau_database_connections_limit", "Of the role.", value=limit)
    clock = "Whether a beat sends what is scheduled."
    yield GaugeMetricFamily("bureau_beat_running", clock, value=float(clock_runs()))


def _queues(found: list[tuple[str, str, int, float]]) -> Iterator[Metric]:
    number = {(queue, status): (count, age) for queue, status, count, age in found}
    words = {
        "PENDING": ("waiting", "Tasks that wait for a worker."),
        "RUNNING": ("running", "Tasks that a worker has."),
    }
    for status, (word, meaning) in words.items():
        counts = GaugeMetricFamily(f"bureau_tasks_{word}", meaning, labels=["queue"])
        name = f"bureau_tasks_{word}_oldest_seconds"
        ages = GaugeMetricFamily(name, "Age of the oldest.", labels=["queue"])
        for queue in QUEUES:
            count, age = number.get((queue, status), (0, 0.0))
            counts.add_metric([queue], count)
            ages.add_metric([queue], float(age or 0))
        yield counts
        yield ages


def _ai(found: list[tuple[str, str, int, int, float]]) -> Iterator[Metric]:
    labels = ["provider", "capability"]
    since = "since midnight UTC"
    families = [
        GaugeMetricFamily("bureau_ai_calls_today", f"Answers of models, {since}.", labels=labels),
        GaugeMetricFamily("bureau_ai_tokens_today", f"Tokens, {since}.", labels=labels),
        GaugeMetricFamily("bureau_ai_cost_dollars_today", f"US dollars, {since}.", labels=labels),
    ]
    for provider, capability, *values in found:
        for family, value in zip(families, values, strict=True):
            family.add_metric([provider, capability], float(value))
    yield from families


def _from_disk() -> Iterator[Metric]:
    folder = settings.DATA_DIR.absolute()
    place = next(path for path in (folder, *folder.parents) if path.exists())
    usage = shutil.disk_usage(place)
    yield GaugeMetricFamily("bureau_disk_free_bytes", "Of the data directory.", value=usage.free)
    yield GaugeMetricFamily("bureau_disk_size_bytes", "Of the data directory.", value=usage.total)
