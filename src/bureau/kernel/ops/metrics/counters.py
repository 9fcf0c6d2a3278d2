"""Counters that all processes of the house share.

Each process adds up on its own and hands the sums to Redis every two seconds, so a request or task
costs no round trip. What a killed process had not handed over is lost; nothing else depends on it.
"""

from __future__ import annotations

import json
import os
import threading
from collections import defaultdict

import redis
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

HAND_OVER_SECONDS = 2.0
KEY = "bureau:metrics:counters"
GAUGES = "bureau:metrics:gauges:{}"
# a process that is gone is forgotten after as long
GAUGE_SECONDS = 15

# (name, label values) -> sum
Sums = dict[tuple[str, tuple[str, ...]], float]

_lock = threading.Lock()
_sums: Sums = defaultdict(float)
_pid = 0
_gauges: dict[str, float] = {}


def count(name: str, labels: tuple[str, ...] = (), value: float = 1.0) -> None:
    """Add to a counter of the whole house."""
    with _lock:
        _forget_parent()
        _sums[name, labels] += value


def hand_over(gauges: dict[str, float] | None = None) -> None:
    """Give the sums to Redis now; on failure they are kept for the next time.

    Args:
        gauges: what this process has at the moment, by name.
    """
    with _lock:
        _forget_parent()
        taken = dict(_sums)
        _sums.clear()
    try:
        _send(taken, gauges or {})
    except redis.RedisError as problem:
        log.warning("metrics_not_kept", problem=type(problem).__name__)
        with _lock:
            for key, value in taken.items():
                _sums[key] += value


def _send(sums: Sums, gauges: dict[str, float]) -> None:
    with client() as server:
        pipe = server.pipeline(transaction=False)
        for (name, labels), value in sums.items():
            pipe.hincrbyfloat(KEY, json.dumps([name, *labels]), value)
        if gauges:
            name = GAUGES.format(f"{os.uname().nodename}:{os.getpid()}")
            pipe.set(name, json.dumps(gauges), ex=GAUGE_SECONDS)
        pipe.execute()


def totals() -> Sums:
    """All counters of the house."""
    with client() as server:
        found = server.hgetall(KEY)
    sums: Sums = {}
    for field, value in found.items():
        name, *labels = json.loads(field)
        sums[name, tuple(labels)] = float(value)
    return sums


def gauges() -> dict[str, float]:
    """Gauges of all living processes, added up."""
    sums: dict[str, float] = defaultdict(float)
    with client() as server:
        names = list(server.scan_iter(GAUGES.format("*")))
        for text in server.mget(names) if names else []:
            for name, value in json.loads(text or "{}").items():
                sums[name] += value
    return sums


def client() -> redis.Redis:
    """A client of the house's Redis that does not wait long."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2)


def _forget_parent() -> None:
    """After a fork the sums are the parent's, and its thread is not here."""
    global _pid
    if _pid != os.getpid():
        _pid = os.getpid()
        _sums.clear()
        threading.Thread(target=_run, name="metrics", daemon=True).start()


def _run() -> None:
    from bureau.kernel.ops.metrics.process import of_this_process

    while True:
        threading.Event().wait(HAND_OVER_SECONDS)
        hand_over(of_this_process())
