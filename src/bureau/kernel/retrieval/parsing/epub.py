"""E-books (`.epub`): the chapters in their order, each an HTML document."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from bureau.kernel.retrieval.parsing.building import TextBuilder
from bureau.kernel.retrieval.parsing.html import add_html
from bureau.kernel.retrieval.parsing.notes import NoteKind, Notes
from bureau.kernel.retrieval.parsing.ooxml import Package
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage, Unreadable


def parse(path: Path) -> Iterator[Overview | ParsedPage]:
    """The whole book as one page, its chapters' headings kept.

    Raises:
        Unreadable: damaged, protected, too large when unpacked, or with an odd declaration.
    """
    yield Overview(None)
    package = Package(path, "e-book")
    if "META-INF/rights.xml" in package:
        raise Unreadable("ENCRYPTED", "The e-book is protected by its publisher.")
    built, notes = TextBuilder(), Notes()
    for chapter in _chapters(package):
        try:
            add_html(package.content(chapter), built, notes)
        except (KeyError, Unreadable):
            notes.add(NoteKind.PART_DAMAGED, detail=f": {posixpath.basename(chapter)}")
    yield built.page(notes.all())


def _chapters(package: Package) -> list[str]:
    try:
        container = package.tree("META-INF/container.xml")
        root = str(next(container.iter("{*}rootfile")).get("full-path"))
        book = package.tree(root)
    except (KeyError, StopIteration):
        raise package.damaged() from None
    files = {str(one.get("id")): str(one.get("href")) for one in book.iter("{*}item")}
    spine = [str(one.get("idref")) for one in book.iter("{*}itemref")]
    folder = posixpath.dirname(root)
    return [
        posixpath.normpath(posixpath.join(folder, unquote(files[one])))
        for one in spine
        if one in files
    ]
