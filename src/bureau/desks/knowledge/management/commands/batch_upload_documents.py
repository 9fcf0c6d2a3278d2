"""`bureau manage batch_upload_documents FOLDER`: upload every document below a folder."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError

from bureau.desks.knowledge.access import DESK, shared_collection
from bureau.desks.knowledge.services.filing import Filed, filed
from bureau.desks.knowledge.services.processing import process
from bureau.kernel.errors import BureauError
from bureau.kernel.retrieval.models import Audience, Collection, Document, DocumentState
from bureau.kernel.retrieval.services import add_document, delete_document

ENDINGS = (".pdf", ".docx", ".html", ".htm", ".md", ".txt")


class Command(BaseCommand):
    help = "Upload every document below a folder into a shared collection."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("root_dir", type=Path, help="The folder.")
        parser.add_argument("--dry-run", action="store_true", help="Only say what would be done.")
        parser.add_argument(
            "--process",
            action="store_true",
            help="Read them here instead of leaving it to workers.",
        )
        parser.add_argument(
            "--language", default="auto", help="Language of all documents; auto detects each one's."
        )
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="Replace documents of the same title once the new one is ready (implies --process).",
        )
        parser.add_argument(
            "--audience",
            choices=[Audience.MEMBERS, Audience.EVERYONE],
            default=Audience.MEMBERS,
            help="Who may read them.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        root: Path = options["root_dir"]
        if not root.is_dir():
            raise CommandError(f"{root} is no folder.")
        self.options, self.counts = options, Counter[str]()
        for path in sorted(root.rglob("*")):
            if path.is_file() and path.suffix.lower() in ENDINGS:
                self._upload(path, filed(path, root))
        told = (f"{name}: {self.counts[name]}" for name in ("Uploaded", "Skipped", "Failed"))
        self.stdout.write(", ".join(told))
        if self.counts["Failed"]:
            raise CommandError("Some files failed; the others are there.")

    def _upload(self, path: Path, about: Filed) -> None:
        old = Document.objects.filter(collection__desk=DESK, title=about.title, owner=None).first()
        if old and not self.options["overwrite"]:
            self._count("Skipped", path, "a document of this title is there")
            return
        if self.options["dry_run"]:
            self._count("Uploaded", path, f"{about.title} ({about.document_type}), not really")
            return
        try:
            self._keep(path, about, old)
        except BureauError as problem:
            self._count("Failed", path, problem.message)

    def _keep(self, path: Path, about: Filed, old: Document | None) -> None:
        collection: Collection = shared_collection(self.options["audience"])
        with path.open("rb") as content:
            document = add_document(
                collection,
                file=_upload_of(path, File(content)),
                title=about.title,
                language=self.options["language"],
                metadata={
                    "document_type": about.document_type,
                    "product_line": about.product_line,
                },
            )
        if self.options["process"] or self.options["overwrite"]:
            document = process(document.pk)
            if document.state == DocumentState.FAILED:
                self._count("Failed", path, document.failure_reason)
                return
        if old and old.pk != document.pk:
            # only now: until the new one was ready the old one answered
            delete_document(old)
        self._count("Uploaded", path, about.title)

    def _count(self, what: str, path: Path, why: str) -> None:
        self.counts[what] += 1
        self.stdout.write(f"{what} {path.name}: {why}")


def _upload_of(path: Path, content: File[Any]) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, content.read())
