"""`reembed_everything`: embed what has no vectors yet, or everything anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from bureau.desks.interpreting.collections.models import Collection
from bureau.desks.interpreting.collections.services.indexing import reindex_now
from bureau.desks.interpreting.collections.services.items import reindex


class Command(BaseCommand):
    help = "Embed texts of collections that cannot be found yet; with --all every text anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--collection", metavar="NAME", help="this collection only")
        parser.add_argument("--all", action="store_true", help="also what has vectors already")
        parser.add_argument("--async", action="store_true", dest="later", help="run as tasks")

    def handle(self, *args: Any, **options: Any) -> None:
        collections = Collection.objects.order_by("pk")
        if options["collection"]:
            collections = collections.filter(name_index=options["collection"])
            if not collections.exists():
                raise CommandError(f"There is no collection '{options['collection']}'.")
        for one in collections:
            if options["later"]:
                with transaction.atomic():
                    task, count = reindex(None, one, everything=options["all"])
                self.stdout.write(f"{one.name}: task {task.pk} for {count} item(s)")
            else:
                done = reindex_now(one, everything=options["all"])
                self.stdout.write(
                    f"{one.name}: {done.texts} text(s) embedded, {done.files} file(s) queued"
                )
