"""`backup`: write database, files and their checksums into a new folder, while serving."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bureau.kernel.ops.backup.passphrase import add_passphrase, passphrase_of
from bureau.kernel.ops.backup.taking import take_backup
from bureau.runtime.errors import OperatorError


class Command(BaseCommand):
    """One line about what was written."""

    help = "Write a backup into a new folder, while serving; the key ring only with --with-keys."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder, and whether the key ring goes into it."""
        parser.add_argument("folder", type=Path, help="A folder that is not there yet.")
        add_passphrase(parser, "Seal the key ring into the backup under a passphrase.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it."""
        started = time.monotonic()
        target = options["folder"].absolute()
        try:
            made = take_backup(target, passphrase_of(options, confirm=True))
        except OperatorError as refusal:
            raise CommandError(str(refusal)) from None
        keys = "with the key ring" if options["with_keys"] else "without the key ring"
        self.stdout.write(
            f"{target}: {made.size / 1e6:,.1f} MB in {time.monotonic() - started:.1f} s, "
            f"{sum(made.rows.values()):,} rows of {len(made.rows)} tables, {keys}. "
            f"The head of the log's seals is {made.head}"
        )
