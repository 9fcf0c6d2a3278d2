"""The kind of files this room keeps: sources of documents, and what they are by their content."""

from __future__ import annotations

from pathlib import PurePath

from django.conf import settings

from bureau.kernel.errors import InvalidInput
from bureau.kernel.files import sniffing
from bureau.kernel.files.kinds import FileKind, register_kind
from bureau.kernel.files.naming import called
from bureau.kernel.retrieval.access import source_door
from bureau.kernel.retrieval.models import Format

SOURCE = "retrieval.source"
PDF = sniffing.PDF
# what the house's sniffing calls readable text
READABLE = sniffing.CSV
TOLD = (
    "a PDF, a Word document (.docx), an OpenDocument text, rich text, an e-book, a presentation, "
    "a workbook, an e-mail, a picture of a page, HTML, Markdown or plain text"
)
_BY_TYPE = {
    PDF: Format.PDF,
    sniffing.DOCX: Format.DOCX,
    sniffing.ODT: Format.ODT,
    sniffing.RTF: Format.RTF,
    sniffing.EPUB: Format.EPUB,
    sniffing.PPTX: Format.PPTX,
    sniffing.XLSX: Format.SHEET,
    sniffing.XLS: Format.SHEET,
    "application/vnd.oasis.opendocument.spreadsheet": Format.SHEET,
    "message/rfc822": Format.EMAIL,
    "image/png": Format.PICTURE,
    "image/jpeg": Format.PICTURE,
    "image/tiff": Format.PICTURE,
}
# kinds of plain text are told apart by their names only
_TEXTS = frozenset({READABLE, sniffing.PLAIN, sniffing.HTML})
_BY_ENDING = {
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".mkd": Format.MARKDOWN,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".eml": Format.EMAIL,
}


def format_of(media_type: str, name: str) -> Format:
    """What a document is: by content, and only among kinds of plain text by its name.

    Raises:
        InvalidInput: no document that can be read here.
    """
    if media_type in _BY_TYPE:
        return _BY_TYPE[media_type]
    if media_type in _TEXTS:
        otherwise = Format.HTML if media_type == sniffing.HTML else Format.TEXT
        return _BY_ENDING.get(PurePath(name.lower()).suffix, otherwise)
    raise InvalidInput(f"The file's content is {called(media_type)}; expected {TOLD}.")


def register_kinds() -> None:
    """Tell the files room what this room stores and who may open it."""
    types = frozenset({*_BY_TYPE, *_TEXTS})
    register_kind(FileKind(SOURCE, settings.MAX_UPLOAD_BYTES, types, source_door, told=TOLD))
