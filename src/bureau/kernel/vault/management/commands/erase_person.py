"""Erase a person's data from every room."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bureau.kernel.errors import BureauError
from bureau.kernel.vault.management.person_options import add_person_options, lines_about, person_of
from bureau.kernel.vault.services.persons import erase_person, export_person, meant_by


class Command(BaseCommand):
    """Without --yes it only counts."""

    help = "Erase a person from every room (statistics stay); without --yes only count records."

    def add_arguments(self, parser: CommandParser) -> None:
        add_person_options(parser)
        parser.add_argument("--yes", action="store_true", help="Really erase; it cannot be undone.")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_of(options)
        for line in lines_about(meant_by(person)):
            self.stdout.write(line)
        try:
            if options["yes"]:
                counts, verb = erase_person(person), "rows changed"
            else:
                found, verb = export_person(person), "records found"
                counts = {name: len(records) for name, records in found.items()}
        except BureauError as refusal:
            raise CommandError(refusal.message) from None
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count} {verb}")
