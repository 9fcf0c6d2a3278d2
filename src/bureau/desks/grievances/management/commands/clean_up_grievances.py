"""Remove drafts that were never filed and what else has had its time."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from bureau.desks.grievances.intake.retention import clean_up


class Command(BaseCommand):
    help = "Remove complaints that were never filed, old reports, codes and tries; beat does it nightly."

    def handle(self, *args: Any, **options: Any) -> None:
        removed = ", ".join(f"{count} {name}" for name, count in clean_up().items())
        self.stdout.write(f"Removed {removed}.")
