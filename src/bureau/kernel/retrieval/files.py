"""The kind of files this room keeps: sources of documents, and what they are by their content."""

from __future__ import annotations

from django.conf import settings

from bureau.kernel.errors import InvalidInput
from bureau.kernel.files.kinds import FileKind, register_kind
from bureau.kernel.files.sniffing import CSV, DOCX
from bureau.kernel.retrieval.access import source_door
from bureau.kernel.retrieval.models import Format

SOURCE = "retrieval.source"
PDF, HTML = "application/pdf", "text/html"
# what the house's sniffing calls any readable text
READABLE = CSV
TOLD = "a PDF, a Word document (.docx), HTML, Markdown or plain text"
_BY_TYPE = {PDF: Format.PDF, DOCX: Format.DOCX, HTML: Format.HTML}
_MARKDOWN_ENDINGS = (".md", ".markdown", ".mkd")


def format_of(media_type: str, name: str) -> Format:
    """What a document is: by content, and only among kinds of plain text by its name.

    Raises:
        InvalidInput: no document that can be read here.
    """
    if media_type in _BY_TYPE:
        return _BY_TYPE[media_type]
    if media_type == READABLE:
        return Format.MARKDOWN if name.lower().endswith(_MARKDOWN_ENDINGS) else Format.TEXT
    raise InvalidInput(f"The file's content is {media_type}; expected {TOLD}.")


def register_kinds() -> None:
    """Tell the files room what this room stores and who may open it."""
    types = frozenset({*_BY_TYPE, READABLE})
    register_kind(FileKind(SOURCE, settings.MAX_UPLOAD_BYTES, types, source_door, told=TOLD))
