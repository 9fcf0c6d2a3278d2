"""`doctor`: what this installation stands on, line by line, with what to do about each fault."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import django
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError

from bureau.kernel.ai import trial
from bureau.kernel.jobs.clock import clock_runs
from bureau.kernel.jobs.queue_state import QueueFacts, QueueState
from bureau.kernel.ops import health
from bureau.kernel.ops.health import Probe, examiner


@dataclass(frozen=True)
class Line:
    """One row of the table; a fix means that something is wrong."""

    subject: str
    found: str
    fix: str = ""


class Command(BaseCommand):
    """Exit code 1 when something needs doing."""

    help = (
        "Look at the database, Redis, the broker, workers, disk and versions; with the word `ai`, try "
        "every model that is set up."
    )
    # it has to work when the checks do not
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """What to look at."""
        parser.add_argument("part", nargs="?", choices=["ai"], help="Look at this part alone.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table."""
        lines = []
        for line in models() if options["part"] == "ai" else examination():
            lines.append(line)
            self._print(line)
        if any(line.fix for line in lines):
            raise SystemExit(1)

    def _print(self, line: Line) -> None:
        # at once: a model that does not answer takes its time
        state = "wrong" if line.fix else "ok"
        self.stdout.write(f"{line.subject:<10} {state:<6} {line.found}")
        if line.fix:
            self.stdout.write(f"{'':<17} -> {line.fix}")
        self.stdout.flush()


def models() -> Iterator[Line]:
    """Ask every model that is set up for a few words."""
    for one in trial.findings(settings.ENV):
        fix = "" if one.works else "See docs/ai.md for its settings."
        yield Line(f"{one.subject:<24}", one.found, fix)


def examination() -> Iterator[Line]:
    """Look at one thing after the other."""
    yield _asked("database", health.DATABASE, "Check DATABASE_URL and whether PostgreSQL runs.")
    yield _asked("redis", health.REDIS, "Check REDIS_URL and whether the server runs.")
    yield _workers()
    yield from _queues()
    yield _clock()
    yield _disk()
    yield Line("versions", f"Bureau {health.VERSION}, {_versions()}")


def _asked(subject: str, probe: Probe, fix: str) -> Line:
    found = examiner.examine(probe)
    if found.problem:
        return Line(subject, found.problem, fix)
    return Line(subject, f"answers in {found.latency_ms:.0f} ms")


def _workers() -> Line:
    found = examiner.examine(health.WORKERS)
    if found.problem:
        return Line("broker", found.problem, "Check CELERY_BROKER_URL and the broker.")
    fix = "" if found.value else "Start a worker: celery -A bureau.celery:app worker."
    return Line("workers", f"{len(found.value)} answer", fix)


QUEUE_FIXES = {
    QueueState.OK: "",
    QueueState.NOBODY: "Start a worker with this queue's name in its -Q.",
    QueueState.STUCK: "Look at the worker's log, and restart it.",
}


def _queues() -> Iterator[Line]:
    found = examiner.examine(health.QUEUES)
    for facts in found.value or ():
        yield Line(f"queue {facts.name:<18}", _queue(facts), QUEUE_FIXES[facts.state])


def _queue(facts: QueueFacts) -> str:
    taken = f"{len(facts.workers)} take it" if facts.workers else "nobody takes it"
    waits = f"{facts.waiting} wait, the oldest {facts.oldest_waiting:.0f} s"
    done = "none done yet" if facts.last_done is None else f"last done {facts.last_done:.0f} s ago"
    return f"{taken}, {waits if facts.waiting else 'none wait'}, {done}"


def _clock() -> Line:
    try:
        runs = clock_runs()
    except DatabaseError:
        return Line("beat", "unknown: the database does not answer", "See above.")
    fix = "" if runs else "Start one: celery -A bureau.celery:app beat (a second may stand by)."
    return Line("beat", "sends what is scheduled" if runs else "none runs", fix)


def _disk() -> Line:
    folder = settings.DATA_DIR.absolute()
    room = health.disk_room()
    found = f"{room.free // 1_000_000} MB free in {folder}"
    if room.state is health.DiskState.OK:
        return Line("disk", found)
    return Line("disk", f"{found}; {room.problem}", "Free some space, or use a larger disk.")


def _versions() -> str:
    return f"Python {platform.python_version()}, Django {django.get_version()}"
