"""Print how right the built-in classifier is."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bureau.desks.grievances.catalogue import shipped
from bureau.desks.grievances.classify.builtin import vectors_of, write_vectors
from bureau.desks.grievances.classify.labelled import lessons
from bureau.desks.grievances.classify.measuring import cross_validated, report
from bureau.kernel.ai.registry import embedder


class Command(BaseCommand):
    help = "Measure the built-in classifier of complaints: accuracy and confusion, cross-validated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--write-vectors",
            action="store_true",
            help="make the shipped vectors of the examples anew first",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        examples = lessons(shipped())
        if options["write_vectors"]:
            write_vectors(examples)
        self.stdout.write(report(cross_validated(examples, vectors_of(examples, embedder()))))
