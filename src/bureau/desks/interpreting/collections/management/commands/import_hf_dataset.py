"""`import_hf_dataset`: transcripts of a South African language into a knowledge base."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from bureau.desks.interpreting.collections.management.commands._importing import ImportCommand
from bureau.desks.interpreting.imports import tasks
from bureau.desks.interpreting.imports.catalogue import VOICE_SPLITS, VOICES, DataSet
from bureau.desks.interpreting.imports.running import Wish, run_import
from bureau.kernel.errors import BureauError

ALL = "all"


class Command(ImportCommand):
    help = "Import transcripts of a South African language (--lang, or all with --async)."
    data_set: DataSet = VOICES
    all_kind = tasks.ALL_VOICES_KIND
    splits: tuple[str, ...] | None = VOICE_SPLITS

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lang", required=True, choices=[*self.data_set.languages, ALL])
        parser.add_argument("--split", default="train", choices=self.splits)
        parser.add_argument("--streaming", action="store_true", help="do not download it first")
        self.add_common_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["lang"] == ALL:
            self._all(options)
            return
        try:
            wish = Wish(
                self.data_set.key,
                options["lang"],
                options["collection"],
                options["split"],
                options["limit"],
                options["streaming"],
            )
        except BureauError as problem:
            raise CommandError(problem.message) from problem
        if options["later"]:
            self.start(options, lambda: tasks.start_import(wish))
        else:
            self.run_here(lambda: run_import(wish, self.report, token=options["hf_token"]))

    def _all(self, options: dict[str, Any]) -> None:
        if not options["later"] or options["collection"]:
            raise CommandError("--lang all needs --async, and a collection for each language.")
        asked = {"split": options["split"], "limit": options["limit"]}
        self.start(options, lambda: tasks.start_all(self.all_kind, **asked))
