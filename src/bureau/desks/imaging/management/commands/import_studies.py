"""`import_studies`: bring a DuckDB, Excel or CSV file on this server in, or take an import back."""

from __future__ import annotations

from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bureau.desks.imaging.importing.headers import STUDIES
from bureau.desks.imaging.importing.sandboxed import open_source
from bureau.desks.imaging.models import ImportBatch
from bureau.desks.imaging.services import imports
from bureau.kernel.errors import BureauError

SHOWN = 10


class Command(BaseCommand):
    """Exit code 1 when the file cannot be imported at all; refused rows are reported, not fatal."""

    help = "Import studies from a DuckDB, Excel or CSV file, or undo an import."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file and how it is imported."""
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Report only, change nothing.")
        parser.add_argument("--batch-size", type=int, default=imports.Options().batch_size)
        parser.add_argument(
            "--on-conflict", choices=ImportBatch.OnConflict.values, default="update"
        )
        parser.add_argument("--encoding", default="", help="What a CSV file is written in.")
        parser.add_argument("--undo", type=int, metavar="IMPORT", help="Take an import back.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import or undo."""
        try:
            if options["undo"] is not None:
                self._undo(options["undo"])
            else:
                self._import(options)
        except BureauError as problem:
            raise CommandError(problem.message) from None

    def _undo(self, number: int) -> None:
        batch = ImportBatch.objects.filter(pk=number).first()
        if batch is None:
            raise CommandError(f"There is no import {number}.")
        imports.undo_import(None, batch)
        self.stdout.write(f"Import {number} is undone.")

    def _import(self, options: dict[str, Any]) -> None:
        path = options["file"]
        if path is None or not path.is_file():
            raise CommandError(f"There is no file {path}." if path else "Name a file.")
        if options["batch_size"] < 1:
            raise CommandError("--batch-size must be above 0.")
        chosen = imports.Options(
            options["on_conflict"],
            options["dry_run"],
            options["batch_size"],
            encoding=options["encoding"],
        )
        with closing(open_source(path, STUDIES, encoding=chosen.encoding)) as source:
            batch = imports.local_import(path, chosen)
            imports.run_study_import(batch, source, Terminal(self, loud=options["verbosity"] > 1))
        self._report(batch)

    def _report(self, batch: ImportBatch) -> None:
        kind = "Dry run" if batch.dry_run else f"Import {batch.pk}"
        self.stdout.write(f"{kind}: {imports.sentence(batch)}")
        for note in batch.notes:
            self.stdout.write(f"Note: {note}")
        for problem in batch.problems.order_by("row_no", "id")[:SHOWN]:
            self.stdout.write(f"Row {problem.row_no}: {problem.reason}")


class Terminal(imports.Nobody):
    """Somebody at a terminal follows."""

    def __init__(self, command: BaseCommand, *, loud: bool) -> None:
        self._command, self._loud = command, loud

    def progress(self, percent: int, message: str) -> None:
        """A line a step, for who asked with `-v 2`."""
        if self._loud:
            self._command.stderr.write(f"{percent:3d} % {message}")
