"""Race `idle`: what a started installation takes while nobody uses it, and how fast it is there."""

from __future__ import annotations

import time

from benchmarks.ground import Ground
from benchmarks.report import Table
from bureau.runtime.status import MEGABYTE, Usage, usage_of

SETTLE_SECONDS = 8.0


def run(ground: Ground) -> Table:
    """Start in a new data directory, stop, start again, and look at it when it rests."""
    installation = ground.new_installation()
    cold = installation.start()
    installation.stop()
    warm = installation.start()
    time.sleep(SETTLE_SECONDS)
    usages = usage_of(installation.status())
    table = Table("idle: bureau up --demo while nobody uses it")
    table.add("first page, cold (new data directory)", f"{cold:.1f} s")
    table.add("first page, warm (second start)", f"{warm:.1f} s")
    table.add("processes", str(len(usages)))
    table.add("memory, PSS", _megabytes([usage.pss for usage in usages]))
    table.add("memory, USS", _megabytes([usage.uss for usage in usages]))
    for name, pss in _by_child(usages).items():
        table.add(f"  {name}, PSS", _megabytes([pss]))
    table.notes.append(f"measured {SETTLE_SECONDS:.0f} s after the start, as bureau status does")
    return table


def _by_child(usages: list[Usage]) -> dict[str, int]:
    """PSS of each supervised process together with everything it started, in bytes."""
    sums: dict[str, int] = {}
    for usage in usages:
        if not usage.name.startswith(" "):
            child = usage.name
        sums[child] = sums.get(child, 0) + (usage.pss or 0)
    return sums


def _megabytes(sizes: list[int | None]) -> str:
    known = [size for size in sizes if size is not None]
    return f"{sum(known) / MEGABYTE:.0f} MB" if len(known) == len(sizes) else "not told"
