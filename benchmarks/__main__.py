"""`python -m benchmarks [NAME ...]`: run the races, all of them by default."""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import time
from importlib import import_module

# numpy reads it when it is imported. On few processors OpenBLAS's threads get in each other's way
# and slow a rival down fourfold; installations of the races get Bureau's own setting instead.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from benchmarks.ground import Ground

# those without an installation come first: its idle processes would take part
RACES = (
    "results",
    "embedding",
    "vault",
    "retrieval",
    "answers",
    "imaging",
    "imaging-import",
    "tasks",
    "idle",
    "sockets",
    "workbook",
    "documents",
    "manuals",
    "interpreting",
    "grievances",
)
LOOPS = 5_000_000


def main() -> None:
    """Run the named races one after the other and print their tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(RACES))
    parser.add_argument(
        "--studies",
        type=int,
        default=200_000,
        help="size of the imaging races, 1000000 for their aims; BENCH_DATA=FOLDER keeps what they make",
    )
    arguments = parser.parse_args()
    names = arguments.names
    if unknown := set(names) - set(RACES):
        parser.error(f"no race is called {', '.join(sorted(unknown))}: use {', '.join(RACES)}")
    # so that a run that is ended from outside still stops its servers
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {_pace()}\n")
    with Ground() as ground:
        ground.studies = arguments.studies
        for name in [race for race in RACES if race in (names or RACES)]:
            _run(name, ground)


def _pace() -> str:
    """How fast this machine is at the moment; a shared one can be half as fast an hour later."""
    load, started = os.getloadavg()[0], time.perf_counter()
    for _ in range(LOOPS):
        pass
    return f"load {load:.1f}, {LOOPS / 1e6 / (time.perf_counter() - started):.0f} M empty loops a second"


def _run(name: str, ground: Ground) -> None:
    started = time.monotonic()
    table = import_module(f"benchmarks.{name.replace('-', '_')}").run(ground)
    print(f"{table.text()}\n  ({time.monotonic() - started:.0f} s)\n", flush=True)


if __name__ == "__main__":
    main()
