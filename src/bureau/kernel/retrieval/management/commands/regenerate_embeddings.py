"""`bureau manage regenerate_embeddings`: move every collection to the embedding model set now."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bureau.kernel.ai.registry import embedder
from bureau.kernel.errors import BureauError
from bureau.kernel.retrieval.models import Chunk
from bureau.kernel.retrieval.regeneration import regenerate, waiting_for
from bureau.kernel.retrieval.vectors import space_of


class Command(BaseCommand):
    help = "Embed all passages anew, beside those in use, and change over while serving."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch-size", type=int, default=50, help="Passages at once.")
        parser.add_argument(
            "--force-model", default="", help="Provider to embed by, instead of the one set."
        )
        parser.add_argument("--dry-run", action="store_true", help="Only say what would be done.")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            chosen = embedder(options["force_model"] or None)
            space = space_of(chosen)
        except BureauError as problem:
            raise CommandError(problem.message) from problem
        total = Chunk.objects.filter(collection__isnull=False).count()
        missing = waiting_for(space).count()
        self.stdout.write(f"{missing} of {total} passages have no vector of {space.label}.")
        if options["dry_run"]:
            return
        if not options["yes"] and input("Embed them now? [yes/no] ").strip().lower() != "yes":
            raise CommandError("Nothing was changed.")
        try:
            regenerate(chosen, batch_size=max(1, options["batch_size"]), report=self._report)
        except BureauError as problem:
            raise CommandError(f"{problem.message} Nothing was changed; run it again.") from problem
        self.stdout.write(self.style.SUCCESS(f"All collections are searched by {space.label}."))

    def _report(self, done: int, left: int) -> None:
        self.stdout.write(f"Embedded {done}, {left} to go")
