"""Presentations (`.pptx`): a page a slide, with its tables, diagrams and speaker's notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bureau.kernel.retrieval.parsing.building import TextBuilder, joined, raised
from bureau.kernel.retrieval.parsing.notes import NoteKind, Notes
from bureau.kernel.retrieval.parsing.ooxml import MC, A, Package, R
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_TITLES = frozenset({"title", "ctrTitle"})
# what the layout prints on every slide
_MARGINS = frozenset({"sldNum", "dt", "ftr", "hdr"})


def parse(path: Path) -> Iterator[Overview | ParsedPage]:
    """Each slide as a page, in the order of the presentation.

    Raises:
        Unreadable: damaged, too large when unpacked, or with a document type declaration.
    """
    package = Package(path, "presentation")
    main = package.main("ppt/presentation.xml")
    if main not in package:
        raise package.damaged()
    related = package.related(main, "slide")
    order = [str(one.get(f"{R}id")) for one in package.tree(main).iter(f"{P}sldId")]
    slides = [related[key] for key in order if related.get(key, "") in package]
    yield Overview(len(slides))
    for number, name in enumerate(slides, 1):
        yield _Slide(package, name).read(number)


class _Slide:
    def __init__(self, package: Package, name: str) -> None:
        self._package, self._name = package, name
        self._built, self._notes = TextBuilder(), Notes()

    def read(self, number: int) -> ParsedPage:
        root = self._package.tree(self._name)
        if root.get("show") == "0":
            self._notes.add(NoteKind.HIDDEN_TEXT)
        self._shapes(root)
        for spoken in self._package.related_trees(self._name, "notesSlide"):
            self._shapes(spoken)
        for comments in self._package.related_trees(self._name, "comments"):
            self._notes.add(NoteKind.COMMENTS, len(comments))
        return self._built.page(self._notes.all(), number=number)

    def _shapes(self, node: Any) -> None:
        for child in node:
            if child.tag == f"{P}sp":
                self._shape(child)
            elif child.tag == f"{A}tbl":
                self._table(child)
            elif child.tag == f"{P}pic":
                self._notes.add(NoteKind.PICTURES)
            elif child.tag == _CHART:
                self._notes.add(NoteKind.CHARTS)
            elif child.tag == _DIAGRAM:
                self._diagram(child)
            elif child.tag == f"{MC}AlternateContent":
                self._shapes(next(iter(child), ()))
            else:
                self._shapes(child)

    def _shape(self, shape: Any) -> None:
        place = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
        kind = "" if place is None else str(place.get("type", ""))
        if kind in _MARGINS:
            return
        for paragraph in shape.iter(f"{A}p"):
            self._built.add(_text(paragraph), heading=kind in _TITLES)

    def _table(self, table: Any) -> None:
        for place, row in enumerate(table.iter(f"{A}tr")):
            cells = [joined(map(_text, cell.iter(f"{A}p"))) for cell in row.iter(f"{A}tc")]
            self._built.add(" | ".join(cells).rstrip(" |"), tight=place > 0)

    def _diagram(self, node: Any) -> None:
        name = self._package.related(self._name).get(str(node.get(f"{R}dm", "")), "")
        if name in self._package:
            for paragraph in self._package.tree(name).iter(f"{A}p"):
                self._built.add(_text(paragraph), tight=True)


def _text(paragraph: Any) -> str:
    parts = []
    for node in paragraph.iter(f"{A}t", f"{A}br", f"{A}tab"):
        if node.tag != f"{A}t":
            parts.append("\n" if node.tag == f"{A}br" else " ")
            continue
        look = node.getparent().find(f"{A}rPr")
        lifted = look is not None and str(look.get("baseline", "0")).lstrip("+").rstrip(
            "%"
        ) not in ("0", "")
        up = lifted and not str(look.get("baseline")).startswith("-")
        parts.append(raised(node.text or "") if up else node.text or "")
    return "".join(parts)
