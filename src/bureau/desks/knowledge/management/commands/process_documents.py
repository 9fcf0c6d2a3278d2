"""`bureau manage process_documents`: read documents that wait or failed, here and now."""

from __future__ import annotations

import uuid
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bureau.desks.knowledge.access import DESK
from bureau.desks.knowledge.services.processing import documents_to_process, process
from bureau.kernel.errors import Conflict


class Command(BaseCommand):
    help = "Read the knowledge desk's documents that wait or failed, in this process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--document-id", type=uuid.UUID, help="Only this document.")
        parser.add_argument(
            "--reprocess", action="store_true", help="Also documents that are ready."
        )
        parser.add_argument(
            "--batch-size", type=int, default=10, help="Documents between two lines of progress."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ids = documents_to_process(DESK, options["document_id"], reprocess=options["reprocess"])
        if options["document_id"] and not ids:
            raise CommandError("There is no such document to process.")
        counts: Counter[str] = Counter()
        for number, document_id in enumerate(ids, 1):
            try:
                document = process(document_id)
            except Conflict as busy:
                counts["busy"] += 1
                self.stderr.write(f"{document_id}: {busy.message}")
                continue
            counts[document.state.lower()] += 1
            counts["passages"] += document.chunk_count
            if document.failure_reason:
                self.stderr.write(f"{document.title}: {document.failure_reason}")
            if number % max(1, options["batch_size"]) == 0:
                self.stdout.write(f"{number} of {len(ids)}")
        told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
        self.stdout.write(f"Documents: {len(ids)}; {told or 'nothing to do'}")
