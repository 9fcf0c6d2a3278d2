"""Export what the house holds about a person."""

from __future__ import annotations

import json
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from bureau.kernel.errors import BureauError
from bureau.kernel.vault.management.person_options import add_person_options, lines_about, person_of
from bureau.kernel.vault.services.persons import export_person, meant_by


class Command(BaseCommand):
    """The file is readable by its owner only and never overwrites another."""

    help = "Write everything the rooms hold about a person as JSON, to --output or the terminal."

    def add_arguments(self, parser: CommandParser) -> None:
        add_person_options(parser)
        parser.add_argument("--output", default="", help="A file that does not exist yet.")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_of(options)
        for line in lines_about(meant_by(person)):
            self.stderr.write(line)
        try:
            found = export_person(person)
        except BureauError as refusal:
            raise CommandError(refusal.message) from None
        text = json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        if not options["output"]:
            self.stdout.write(text)
            return
        try:
            place = os.open(options["output"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as problem:
            raise CommandError(f"The file cannot be made: {problem.strerror}.") from None
        with os.fdopen(place, "w", encoding="utf-8") as file:
            file.write(text + "\n")
