"""`verify_events`: prove that the sealed log is as it was written."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bureau.kernel.events.sealing import seal_events, verify_events


class Command(BaseCommand):
    help = "Seal what is settled, then check every sealed event; names the first bad one."

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify_events()
        if not verdict.ok:
            raise CommandError(f"{verdict.problem} (after {verdict.checked} good events)")
        added = seal_events()
        self.stdout.write(
            f"{verdict.checked} sealed events are unchanged, {added} sealed now; "
            f"head of the chain was {verdict.head}"
        )
