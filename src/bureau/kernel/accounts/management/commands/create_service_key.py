"""Make an API key for a machine caller."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bureau.kernel.accounts.services.keys import issue_service_key
from bureau.kernel.errors import BureauError


class Command(BaseCommand):
    help = "Make a service key for one desk and print it; it is shown this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="What the caller is called, for example bot.")
        parser.add_argument("desk", help="The desk it may call, for example grievances.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = issue_service_key(options["name"], options["desk"])
        except BureauError as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(key)
