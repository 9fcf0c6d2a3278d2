"""Reading a document in a child process of limited means, page by page."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from bureau.kernel.errors import BureauError
from bureau.kernel.retrieval.parsing import limits
from bureau.kernel.retrieval.parsing.notes import Note, NoteKind
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage

CHILD = "bureau.kernel.retrieval.parsing.child"
# longest line a child may say: one page as JSON, its characters escaped
LONGEST_LINE = 6 * limits.MAX_CHARACTERS + 1_000_000
# what the child is told of the surroundings: nothing it could leak
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TESSDATA_PREFIX", "VIRTUAL_ENV", "PYTHONPATH")


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
    with _child(path, format_, ocr_languages, first) as process:
        for line in _lines(process):
            said = json.loads(line)
            if "problem" in said:
                problem = said["problem"]
                raise DocumentUnreadable(problem["message"], reason=problem["reason"])
            if "end" in said:
                return
            yield _part(said)
    raise DocumentUnreadable(
        "Reading the document stopped: it is damaged, or needs more memory or time than allowed.",
        reason="DAMAGED",
    )


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


@contextmanager
def _child(
    path: Path, format_: str, ocr_languages: str, first: int
) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", CHILD, format_, str(path), ocr_languages, str(first)]
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        # the program that reads scans is the child's child and has to go with it
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _lines(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """Lines as they come; a child that says nothing for too long is given up."""
    assert process.stdout is not None
    pending = b""
    while chunk := _next_chunk(process.stdout):
        pending += chunk
        if len(pending) > LONGEST_LINE:
            return
        *lines, pending = pending.split(b"\n")
        yield from lines


def _next_chunk(pipe: IO[bytes]) -> bytes:
    ready, _, _ = select.select([pipe], [], [], limits.STALL_SECONDS)
    if not ready:
        raise DocumentUnreadable("Reading the document took too long.", reason="TIMEOUT")
    return os.read(pipe.fileno(), 1 << 20)
