"""Seal every field with the current key."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bureau.kernel.vault.keyring import KeyRingUnusable, add_key, ring
from bureau.kernel.vault.services.rotation import BATCH, rotate_keys


class Command(BaseCommand):
    """Interrupted, it goes on where it stopped when started again."""

    help = "Seal every encrypted field anew with the newest key, while serving; --new-key adds one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--new-key", action="store_true", help="First add a key to the ring's file."
        )
        parser.add_argument("--batch", type=int, default=BATCH, help="Rows a transaction.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_key"]:
            self._add_key(settings.ENV.bureau_field_keys_file)
        began = time.monotonic()
        done = rotate_keys(batch=options["batch"])
        rate = done.fields / max(time.monotonic() - began, 0.001)
        self.stdout.write(
            f"{done.fields} fields sealed with v{ring().current}, {rate:.0f} a second."
        )
        if done.left:
            raise CommandError(
                f"{done.left} rows still have an older key: something writes with it. Run it again."
            )
        self.stdout.write("No field needs an older key any more. See docs/vault.md to remove it.")

    def _add_key(self, path: Path) -> None:
        try:
            version = add_key(path)
        except (KeyRingUnusable, OSError) as problem:
            raise CommandError(f"No key was added: {problem}") from None
        self.stdout.write(f"Key v{version} was added to the ring. Keep a copy of the file.")
