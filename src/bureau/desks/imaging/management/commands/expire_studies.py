"""`expire_studies`: for a timer of the operator's, once a day."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from bureau.desks.imaging.services.retention import expire_studies


class Command(BaseCommand):
    """Does nothing unless BUREAU_IMAGING_RETENTION_DAYS is set."""

    help = "Remove imaging studies that are older than BUREAU_IMAGING_RETENTION_DAYS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to count only."""
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Expire."""
        count = expire_studies(dry_run=options["dry_run"])
        self.stdout.write(
            f"{count:,} studies {'would be' if options['dry_run'] else 'were'} removed."
        )
