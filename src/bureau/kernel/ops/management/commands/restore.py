"""`restore`: fill an empty installation from a backup and prove that all of it came back."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bureau.kernel.ops.backup.passphrase import add_passphrase, passphrase_of
from bureau.kernel.ops.backup.restoring import restore_backup
from bureau.runtime.errors import OperatorError


class Command(BaseCommand):
    """Writes nothing before everything that can be refused was looked at."""

    help = "Fill an empty database and data directory from a backup, then prepare and verify them."
    # the tables that the checks ask for are not there yet
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder, and whether the key ring comes out of it."""
        parser.add_argument("folder", type=Path, help="A folder that `backup` wrote.")
        add_passphrase(parser, "Take the key ring out of the backup; it asks for the passphrase.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore it."""
        started = time.monotonic()
        source = options["folder"].absolute()
        try:
            passphrase = passphrase_of(options, confirm=False)
            manifest, verdict = restore_backup(source, passphrase)
        except OperatorError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"Restored {manifest.size / 1e6:,.1f} MB of {manifest.taken_at} in "
            f"{time.monotonic() - started:.1f} s: {sum(manifest.rows.values()):,} rows of "
            f"{len(manifest.rows)} tables; {verdict.checked} sealed events are unchanged."
        )
