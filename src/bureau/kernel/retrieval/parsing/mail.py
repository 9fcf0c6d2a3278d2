"""E-mails (`.eml`): who wrote when to whom, the text, and the attachments that can be read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from pathlib import Path, PurePath

from bureau.kernel.retrieval.parsing.building import TextBuilder
from bureau.kernel.retrieval.parsing.html import add_html
from bureau.kernel.retrieval.parsing.notes import NoteKind, Notes
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage, Unreadable
from bureau.kernel.retrieval.parsing.plain import decoded

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
# by what the mail calls them; each reader looks at the content itself
_ATTACHED = {
    ".pdf": "pdf", ".docx": "docx", ".docm": "docx", ".odt": "odt", ".rtf": "rtf",
    ".epub": "epub", ".pptx": "pptx", ".xlsx": "sheet", ".xls": "sheet", ".ods": "sheet",
    ".html": "html", ".htm": "html", ".md": "markdown", ".txt": "text", ".csv": "text",
    ".png": "picture", ".jpg": "picture", ".jpeg": "picture", ".tif": "picture",
    ".tiff": "picture", ".eml": "email",
}  # fmt: skip
_DEEPEST = 3


def parse(
    path: Path, *, ocr_languages: str, first: int, depth: int = 0
) -> Iterator[Overview | ParsedPage]:
    """The mail as one page, each readable attachment under its name.

    Raises:
        Unreadable: no mail at all.
    """
    yield Overview(None)
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    built, notes = TextBuilder(), Notes()
    _add_head(message, built)
    _add_body(message, built, notes)
    for attachment in _attachments(message):
        _add_attachment(attachment, built, notes, ocr_languages, depth)
    yield built.page(notes.all())


def _add_head(message: EmailMessage, built: TextBuilder) -> None:
    for name in _SHOWN:
        if value := str(message.get(name, "")).strip():
            built.add(f"{name}: {value}", tight=name != "From", heading=name == "Subject")


def _add_body(message: EmailMessage, built: TextBuilder, notes: Notes) -> None:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return
    content = _bytes_of(body)
    if body.get_content_subtype() == "html":
        add_html(content, built, notes)
    else:
        built.add(decoded(content, notes, str(body.get_content_charset() or "")))


def _bytes_of(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _attachments(message: EmailMessage) -> Iterator[EmailMessage]:
    for part in message.iter_attachments():
        if isinstance(part, EmailMessage):
            yield part


def _add_attachment(
    part: EmailMessage, built: TextBuilder, notes: Notes, ocr_languages: str, depth: int
) -> None:
    name = part.get_filename() or (
        "message.eml" if part.get_content_type() == "message/rfc822" else ""
    )
    format_ = _ATTACHED.get(PurePath(name.lower()).suffix)
    content = _attached_bytes(part)
    if format_ is None or not content or depth >= _DEEPEST:
        notes.add(NoteKind.ATTACHMENT, detail=name or part.get_content_type())
        return
    try:
        pages = _read(content, format_, ocr_languages, depth)
    except Unreadable as problem:
        notes.add(
            NoteKind.ATTACHMENT, detail=f"{name} ({problem.reason.lower().replace('_', ' ')})"
        )
        return
    built.add(name, heading=True)
    for page in pages:
        built.add(page.text)
        for note in page.notes:
            notes.add(note.kind, note.count, note.detail)


def _attached_bytes(part: EmailMessage) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        whole = inner[0] if isinstance(inner, list) and inner else None
        return whole.as_bytes() if isinstance(whole, Message) else b""
    return _bytes_of(part)


def _read(content: bytes, format_: str, ocr_languages: str, depth: int) -> list[ParsedPage]:
    from bureau.kernel.retrieval.parsing.readers import parts_of

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "attachment")
        file.write_bytes(content)
        if format_ == "email":
            parts = parse(file, ocr_languages=ocr_languages, first=1, depth=depth + 1)
        else:
            parts = parts_of(format_, file, ocr_languages)
        return [part for part in parts if isinstance(part, ParsedPage)]
