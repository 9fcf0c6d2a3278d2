"""`reindex_collection`: cut and embed one collection anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bureau.desks.interpreting.collections.models import Collection
from bureau.desks.interpreting.collections.services.indexing import reindex_now


class Command(BaseCommand):
    help = "Cut and embed a collection anew beside what is found (ID; --dry-run only counts)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("collection_id", type=int, metavar="ID")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Collection.objects.filter(pk=options["collection_id"]).first()
        if found is None:
            raise CommandError(f"There is no collection {options['collection_id']}.")
        if options["dry_run"]:
            parts = sum(found.items.values_list("parts_count", flat=True))
            self.stdout.write(
                f"{found.name}: {found.items.count()} item(s), {parts} passage(s) would be rebuilt"
            )
            return
        done = reindex_now(found, lambda count, total: self.stdout.write(f"{count} of {total}"))
        self.stdout.write(
            f"{found.name}: {done.texts} text(s) rebuilt, {done.files} file(s) queued"
        )
