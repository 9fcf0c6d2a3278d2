"""Print how right the built-in classifier is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bureau.desks.grievances.classification.builtin import vectors_of, write_vectors
from bureau.desks.grievances.classification.catalogue import shipped
from bureau.desks.grievances.classification.labelled import Sentence, lessons, romanised
from bureau.desks.grievances.classification.measuring import (
    Judged,
    cross_validated,
    held_out,
    report,
)
from bureau.desks.grievances.classification.romanised import in_devanagari
from bureau.desks.grievances.classification.wording import Matrix
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
        vectors = vectors_of(examples, embedder())
        judged = cross_validated(examples, vectors)
        self.stdout.write(report(judged, _romanised(examples, vectors)))


def _romanised(examples: Sequence[Sentence], vectors: Matrix) -> list[Judged]:
    kinds = {one.key for one in examples}
    asked = [replace(one, text=in_devanagari(one.text)) for one in romanised() if one.key in kinds]
    return held_out(
        examples, vectors, asked, embedder().embed_passages([one.text for one in asked])
    )
