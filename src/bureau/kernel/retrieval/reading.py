"""Reading a document in a child process of limited means, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bureau.kernel.errors import BureauError
from bureau.kernel.retrieval.parsing import limits
from bureau.kernel.retrieval.parsing.notes import Note, NoteKind
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage
from bureau.kernel.sandbox import FileRefused, Lent, Limits, Parser, register, stream
from bureau.kernel.sandbox.parsers import MB

DOCUMENT = register(
    Parser(
        "retrieval.document",
        "bureau.kernel.retrieval.parsing.child:parts",
        Limits(
            memory_bytes=limits.MEMORY_BYTES,
            cpu_seconds=limits.CPU_SECONDS,
            wall_seconds=limits.STALL_SECONDS,
            # JSON spells the rarest characters with twelve
            output_bytes=12 * limits.MAX_CHARACTERS + 64 * MB,
            part_bytes=12 * limits.MAX_CHARACTERS + MB,
            # the picture of a page, for the program that reads scans
            file_bytes=256 * MB,
        ),
        scratch=True,
    )
)
_REASONS = {"WALL": "TIMEOUT", "MEMORY": "TOO_LARGE", "CPU": "TOO_LARGE", "OUTPUT": "TOO_LARGE"}


class DocumentUnreadable(BureauError):
    """The document cannot be read: encrypted, damaged, or over a limit.

    Attributes:
        reason: one word for programs, such as `ENCRYPTED`.
    """

    code = "DOCUMENT_UNREADABLE"
    status = 422
    default_message = "The document cannot be read."

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


def read_document(
    path: Path, format_: str, *, ocr_languages: str, first: int = 1
) -> Iterator[Overview | ParsedPage]:
    """What a document holds: an overview, then each page from number `first` on.

    Raises:
        DocumentUnreadable: permanent, with the reason.
    """
    try:
        for said in stream(DOCUMENT, Lent(path), format_, ocr_languages, first):
            if "problem" in said:
                problem = said["problem"]
                raise DocumentUnreadable(problem["message"], reason=problem["reason"])
            yield _part(said)
    except FileRefused as refused:
        reason = _REASONS.get(refused.reason, "DAMAGED")
        raise DocumentUnreadable(refused.message, reason=reason) from None


def _part(said: dict[str, Any]) -> Overview | ParsedPage:
    if "overview" in said:
        return Overview(said["overview"]["page_count"])
    page = said["page"]
    return ParsedPage(
        page["number"],
        page["text"],
        [(offset, title) for offset, title in page["headings"]],
        page["by_ocr"],
        page["label"],
        notes_of(page["notes"]),
    )


def notes_of(rows: list[dict[str, Any]]) -> list[Note]:
    """Notes from the plain data that they are sent and stored as."""
    return [Note(NoteKind(row["kind"]), row["count"], row["detail"]) for row in rows]
