"""`bureau manage seed_database`: invented documents and conversations to try the desk with."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bureau.desks.knowledge.services import seeding


class Command(BaseCommand):
    help = "Add invented documents and conversations, marked [SEED]; never on a house in use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--environment",
            choices=["development", "staging"],
            default="development",
            help="What this installation is; one that serves over https must be called staging.",
        )
        parser.add_argument("--size", choices=list(seeding.SIZES), default="small")
        parser.add_argument("--clear", action="store_true", help="Remove earlier seeds first.")
        parser.add_argument("--documents-only", action="store_true")
        parser.add_argument("--conversations-only", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ENV.https_only and options["environment"] != "staging":
            raise CommandError(
                "Cannot seed database in production environment: this installation serves over "
                "https. If it is for trying things out, say --environment staging."
            )
        size = seeding.SIZES[options["size"]]
        both = not (options["documents_only"] or options["conversations_only"])
        documents = both or options["documents_only"]
        conversations = both or options["conversations_only"]
        if options["clear"]:
            self._clear(documents=documents, conversations=conversations)
        if documents:
            made = seeding.seed_documents(size, self.stdout.write)
            self.stdout.write(f"{size.documents} documents with {made} passages")
        if conversations:
            self.stdout.write(f"{seeding.seed_conversations(size)} conversations")

    def _clear(self, *, documents: bool, conversations: bool) -> None:
        if conversations:
            self.stdout.write(f"Removed {seeding.clear_conversations()} conversations")
        if documents:
            self.stdout.write(f"Removed {seeding.clear_documents()} documents")
