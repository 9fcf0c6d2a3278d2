"""`queues`: what waits, runs and failed in each queue, and retrying in bulk what failed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from bureau.kernel.jobs.queues import QUEUES
from bureau.kernel.ops.administration import failed_tasks, queue_lines, retry_all

SHOWN = 10
HEAD = ("queue", "waiting", "oldest", "running", "oldest", "failed in 24 h")


class Command(BaseCommand):
    """Reads the rows; needs no broker."""

    help = "List the queues; `queues retry` runs failed tasks again, chosen by queue, kind or code."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and to which tasks."""
        parser.add_argument("verb", nargs="?", choices=["list", "retry"], default="list")
        parser.add_argument("--queue", choices=list(QUEUES), default="")
        parser.add_argument("--kind", default="", help="Such as insights.render_chart.")
        parser.add_argument("--code", default="", help="Error code, such as WORKER_LOST.")
        parser.add_argument("--hours", type=float, help="Only what failed within so many hours.")
        parser.add_argument("--dry-run", action="store_true", help="Say how many; change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """List or retry."""
        if options["verb"] == "list":
            self._list()
        else:
            self._retry(options)

    def _list(self) -> None:
        self._line(*HEAD)
        for one in queue_lines():
            ages = (seconds_text(one.oldest_waiting), seconds_text(one.oldest_running))
            self._line(one.name, one.waiting, ages[0], one.running, ages[1], one.failed)

    def _line(self, name: object, *cells: object) -> None:
        self.stdout.write(f"{name!s:<15}" + "".join(f"{cell!s:>15}" for cell in cells))

    def _retry(self, options: dict[str, Any]) -> None:
        if not any(options[name] for name in ("queue", "kind", "code", "hours")):
            raise CommandError("Choose what to retry with --queue, --kind, --code or --hours.")
        hours = options["hours"]
        found = failed_tasks(
            queue=options["queue"],
            kind=options["kind"],
            code=options["code"],
            since=timezone.now() - timedelta(hours=hours) if hours else None,
        )
        if options["dry_run"]:
            self.stdout.write(f"{found.count()} failed tasks would be retried.")
            return
        done, refused = retry_all(list(found.values_list("pk", flat=True)))
        self.stdout.write(f"{done} tasks are queued again, {len(refused)} were refused.")
        for sentence in refused[:SHOWN]:
            self.stdout.write(f"  {sentence}")


def seconds_text(seconds: float) -> str:
    """`-`, `42s`, `5m`, `3h`, `2d`."""
    if not seconds:
        return "-"
    for size, letter in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= 2 * size:
            return f"{int(seconds // size)}{letter}"
    return f"{int(seconds)}s"
