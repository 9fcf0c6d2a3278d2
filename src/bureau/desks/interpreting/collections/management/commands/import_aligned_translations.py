"""`import_aligned_translations`: sentences in several languages side by side."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from bureau.desks.interpreting.collections.management.commands._importing import ImportCommand
from bureau.desks.interpreting.imports import tasks
from bureau.desks.interpreting.imports.catalogue import ALIGNED_LANGUAGES, Alignment
from bureau.desks.interpreting.imports.running import AlignedWish, import_aligned


class Command(ImportCommand):
    help = "Import sentences in several languages, side by side, into a knowledge base."

    def add_arguments(self, parser: CommandParser) -> None:
        known = list(ALIGNED_LANGUAGES)
        parser.add_argument(
            "--languages", nargs="+", default=["english", "afrikaans"], choices=known
        )
        parser.add_argument("--split", default="train")
        parser.add_argument("--verify-alignment", action="store_true")
        parser.add_argument("--min-length-ratio", type=float, default=0.3)
        parser.add_argument("--max-length-ratio", type=float, default=3.0)
        self.add_common_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        languages = tuple(dict.fromkeys(options["languages"]))
        least, most = options["min_length_ratio"], options["max_length_ratio"]
        if len(languages) < 2:
            raise CommandError("Name at least two languages.")
        if not 0 < least < most:
            raise CommandError("--min-length-ratio must be above 0 and below --max-length-ratio.")
        if options["limit"] is not None and options["limit"] < 1:
            raise CommandError("The limit must be at least 1.")
        alignment = Alignment(languages, options["verify_alignment"], least, most)
        wish = AlignedWish(alignment, options["collection"], options["split"], options["limit"])
        if options["later"]:
            self.start(options, lambda: tasks.start_aligned(wish))
        else:
            self.run_here(lambda: import_aligned(wish, self.report, token=options["hf_token"]))
