"""Word documents: `.docx`, `.docm`, templates, and "Strict Open XML"."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bureau.kernel.retrieval.parsing.ooxml import Package
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage
from bureau.kernel.retrieval.parsing.word.blocks import DocumentReader

USUAL_MAIN = "word/document.xml"


def parse(path: Path) -> Iterator[Overview | ParsedPage]:
    """The whole document as one page.

    Raises:
        Unreadable: damaged, too large when unpacked, or with a document type declaration.
    """
    yield Overview(None)
    package = Package(path, "Word document")
    main = package.main(USUAL_MAIN)
    if main not in package:
        raise package.damaged()
    reader = DocumentReader(package, main)
    built = reader.read()
    yield built.page(reader.notes.all())
