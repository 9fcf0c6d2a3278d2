"""Withdraw an API key of a machine caller."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bureau.kernel.accounts.services.keys import revoke_service_key
from bureau.kernel.errors import BureauError


class Command(BaseCommand):
    help = "Withdraw the service key of this name; it stops working at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="The name it was made with.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            revoke_service_key(options["name"])
        except BureauError as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(f"Revoked {options['name']}.")
