"""What the commands of imports have in common."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from bureau.desks.interpreting.imports.storing import Tally
from bureau.kernel.errors import BureauError
from bureau.kernel.jobs.models import Task

# seconds to wait before each further try when the network fails
PAUSES = (5, 10, 20, 40, 80)


class ImportCommand(BaseCommand):
    """An import that runs here, or with --async as a task."""

    pause: Callable[[float], None] = staticmethod(time.sleep)

    def add_common_arguments(self, parser: CommandParser) -> None:
        """The flags that all imports have."""
        parser.add_argument("--collection", default="", metavar="NAME")
        parser.add_argument("--limit", type=int, help="look at so many rows at most")
        parser.add_argument("--async", action="store_true", dest="later", help="run as a task")
        parser.add_argument("--hf-token", default="", help="of the hub; else HF_TOKEN")

    def start(self, options: dict[str, Any], enqueue: Callable[[], Task]) -> None:
        """Set the task going; the token must not be in its row."""
        if options["hf_token"]:
            raise CommandError("With --async set HF_TOKEN: a token is not written into a task.")
        with transaction.atomic():
            task = enqueue()
        self.stdout.write(f"Task {task.pk} is queued: GET /api/tasks/{task.pk}/")

    def run_here(self, work: Callable[[], dict[str, Any]]) -> None:
        """Run, again after a pause when the network fails, and print what came of it."""
        for pause in (*PAUSES, None):
            try:
                result = work()
            except BureauError as problem:
                if not problem.temporary or pause is None:
                    raise CommandError(problem.message) from problem
                self.stderr.write(f"{problem.message} Trying again in {pause} s.")
                self.pause(pause)
            else:
                self.stdout.write(
                    f"{result['collection_name']} (collection {result['collection_id']}): "
                    f"{result['created']} created, {result['skipped']} skipped, "
                    f"{result['errors']} errors"
                )
                return

    def report(self, tally: Tally) -> None:
        """A line after each batch."""
        self.stdout.write(f"{tally.seen} row(s) read, {tally.created} stored")
