"""Which reader reads which format. Each is loaded when it is used."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage

# format -> module and function: `parse(path)`, or with the languages of scans and the first page
_READERS = {
    "docx": "docx:parse",
    "html": "html:parse",
    "markdown": "plain:parse_markdown",
    "text": "plain:parse",
    "odt": "odt:parse",
    "rtf": "rtf:parse",
    "epub": "epub:parse",
    "pptx": "pptx:parse",
    "sheet": "sheet:parse",
}
_WITH_PICTURES = {"pdf": "pdf:parse", "picture": "picture:parse", "email": "mail:parse"}


def parts_of(
    format_: str, path: Path, ocr_languages: str, first: int = 1
) -> Iterator[Overview | ParsedPage]:
    """What a document holds: an overview, then its pages from number `first` on.

    Raises:
        Unreadable: see the readers.
    """
    named = _WITH_PICTURES.get(format_) or _READERS[format_]
    module, _, function = named.partition(":")
    parse = getattr(import_module(f"bureau.kernel.retrieval.parsing.{module}"), function)
    if format_ in _WITH_PICTURES:
        parts: Iterator[Overview | ParsedPage] = parse(
            path, ocr_languages=ocr_languages, first=first
        )
        return parts
    return iter(parse(path))
