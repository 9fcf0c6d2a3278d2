"""A process beside the web process: appends events to one job's stream at a steady pace.

First prints the job's id, then waits for a line `{"rate": events a second, "seconds": length}` and
answers with `{event id: time of its commit}`, in seconds since the epoch.
"""

from __future__ import annotations

import json
import sys
import time

from django.db import transaction

from benchmarks import django_ready  # noqa: F401  (must come before the models)
from bureau.kernel.accounts.models import User
from bureau.kernel.events.log import emitted
from bureau.kernel.jobs.services import create_job


def main() -> None:
    """Make the job, then emit as asked."""
    job = create_job(User.objects.get(username=sys.argv[1]), "benchmarks")
    print(json.dumps(job.pk), flush=True)
    order = json.loads(sys.stdin.readline())
    committed: dict[int, float] = {}
    started = time.monotonic()
    for number in range(int(order["rate"] * order["seconds"])):
        time.sleep(max(0.0, started + number / order["rate"] - time.monotonic()))
        _emit(job.stream, number, committed)
    print(json.dumps(committed), flush=True)
    # the last wake-up is published by a thread that ends with this process
    sys.stdin.readline()


def _emit(stream: str, number: int, committed: dict[int, float]) -> None:
    stamps: list[float] = []
    with transaction.atomic():
        # registered first, so the clock is read before watchers are woken
        transaction.on_commit(lambda: stamps.append(time.time()))
        event = emitted(stream, "LOG", message=f"Event {number} of a race", payload={"n": number})
    committed[event.pk] = stamps[0]


if __name__ == "__main__":
    main()
