"""Load offices, their places and the categories of complaints from checked files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from bureau.desks.grievances.classification.catalogue import DATA, read_kinds
from bureau.desks.grievances.routing.offices import load_categories, load_offices, seat
from bureau.kernel.errors import BureauError


class Command(BaseCommand):
    help = (
        "Load offices, officers' seats and categories of complaints from CSV files, checked first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--offices", type=Path, default=DATA / "offices.csv")
        parser.add_argument("--categories", type=Path, default=DATA / "categories.csv")
        parser.add_argument(
            "--seat",
            action="append",
            default=[],
            metavar="OFFICER=OFFICE[:sensitive]",
            help="give an officer a seat; `:sensitive` shows sensitive cases too",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                categories = load_categories(read_kinds(options["categories"]))
                offices = load_offices(options["offices"])
                for text in options["seat"]:
                    _seat(text)
        except (BureauError, OSError) as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(
            f"{categories} categories, {offices} offices, {len(options['seat'])} seats."
        )


def _seat(text: str) -> None:
    officer, _, rest = text.partition("=")
    office, _, mark = rest.partition(":")
    seat(officer, office, handles_sensitive=mark == "sensitive")
