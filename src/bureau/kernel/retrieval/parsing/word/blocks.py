"""The blocks of a Word document in reading order: paragraphs, tables, boxes, notes, page margins."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from bureau.kernel.retrieval.parsing.building import TextBuilder, joined
from bureau.kernel.retrieval.parsing.notes import NoteKind, Notes
from bureau.kernel.retrieval.parsing.ooxml import MC, A, Package, R, W
from bureau.kernel.retrieval.parsing.word.inline import Inline, InlineReader
from bureau.kernel.retrieval.parsing.word.numbering import Numbering, formatted, is_on
from bureau.kernel.retrieval.parsing.word.styles import BODY_LEVEL, Styles, number_of
from bureau.kernel.retrieval.parsing.word.tables import cells_of

_WRAPPERS = frozenset(
    f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")
)
_PAGE_MARGINS = ("header", "footer")


class DocumentReader:
    """Reads the main part of one package with all that belongs to it."""

    def __init__(self, package: Package, main: str) -> None:
        self.notes = Notes()
        self._package, self._main = package, main
        self._styles = Styles(self._part("styles"))
        self._numbering = Numbering(self._part("numbering"), self.notes)
        self._marks = {"footnote": 0, "endnote": 0}
        self._side_notes = {kind: self._notes_by_id(kind) for kind in self._marks}
        self._inline = InlineReader(self._styles, self.notes, self._next_mark, self._diagram)
        # text of a paragraph whose end was deleted: the next one goes on with it
        self._unended = ""
        self._later: list[Inline] = []
        self._built = TextBuilder()

    def read(self) -> TextBuilder:
        """The whole document: page headers, body, page footers."""
        root = self._package.tree(self._main)
        body = root.find(f"{W}body")
        if body is None:
            raise self._package.damaged()
        margins = self._page_margins(body)
        self._margins(margins["header"])
        self._blocks(body)
        self._end_pending()
        self._margins(margins["footer"])
        comments = self._part("comments")
        if comments is not None:
            self.notes.add(NoteKind.COMMENTS, len(comments.findall(f"{W}comment")))
        return self._built

    # --- parts --------------------------------------------------------------------------------

    def _part(self, kind: str) -> Any | None:
        found = self._package.related_trees(self._main, kind)
        if found:
            return found[0]
        # a package that does not say how its parts hang together still has them where they belong
        usual = posixpath.join(posixpath.dirname(self._main), f"{kind}.xml")
        return self._package.tree(usual) if usual in self._package else None

    def _notes_by_id(self, kind: str) -> dict[str, Any]:
        root = self._part(f"{kind}s")
        return {} if root is None else {str(one.get(f"{W}id")): one for one in root}

    def _next_mark(self, kind: str) -> str:
        self._marks[kind] += 1
        style = "decimal" if kind == "footnote" else "lowerRoman"
        return formatted(self._marks[kind], style) or ""

    def _diagram(self, relationship: str) -> list[str]:
        name = self._package.related(self._main).get(relationship, "")
        if name not in self._package:
            return []
        lines = [
            "".join(one.text or "" for one in line.iter(f"{A}t"))
            for line in self._package.tree(name).iter(f"{A}p")
        ]
        return [line for line in lines if line.strip()]

    # --- page headers and footers ---------------------------------------------------------------

    def _page_margins(self, body: Any) -> dict[str, list[str]]:
        """Names of the parts that are printed above and below the pages, each once."""
        settings = self._part("settings")
        even = settings is not None and is_on(settings.find(f"{W}evenAndOddHeaders"))
        found: dict[str, list[str]] = {kind: [] for kind in _PAGE_MARGINS}
        for section in body.iter(f"{W}sectPr"):
            shown = {"default", "first"} if is_on(section.find(f"{W}titlePg")) else {"default"}
            shown |= {"even"} if even else set()
            for kind in _PAGE_MARGINS:
                for one in section.findall(f"{W}{kind}Reference"):
                    name = self._package.related(self._main).get(str(one.get(f"{R}id")), "")
                    if one.get(f"{W}type", "default") in shown and name not in found[kind]:
                        found[kind].append(name)
        return found

    def _margins(self, names: list[str]) -> None:
        read = set()
        for name in names:
            if name in self._package:
                outer, self._built = self._built, TextBuilder()
                self._blocks(self._package.tree(name))
                self._end_pending()
                text, self._built = self._built.page().text, outer
                # most sections repeat what the others say
                if text not in read:
                    self._built.add(text)
                read.add(text)

    # --- blocks -------------------------------------------------------------------------------

    def _blocks(self, container: Any) -> None:
        for block in container:
            if block.tag == f"{W}p":
                self._paragraph(block)
            elif block.tag == f"{W}tbl":
                self._table(block)
            elif block.tag in _WRAPPERS:
                self._blocks(block)
            elif block.tag == f"{MC}AlternateContent":
                self._blocks(next(iter(block), ()))
            elif block.tag == f"{W}altChunk":
                self.notes.add(NoteKind.EMBEDDED)

    def _paragraph(self, node: Any) -> None:
        label, found = self._read(node)
        self._later.append(found)
        text = self._unended + found.text
        if _end_is_deleted(node):
            self._unended = text
            return
        self._unended = ""
        if text.strip():
            self._built.add(f"{label} {text}".strip(), heading=self._is_heading(node))
        self._hanging()

    def _end_pending(self) -> None:
        if self._unended:
            self._built.add(self._unended)
            self._unended = ""
        self._hanging()

    def _read(self, node: Any) -> tuple[str, Inline]:
        """A paragraph with the number that stands in front of it."""
        found = self._inline.read(node)
        properties = node.find(f"{W}pPr")
        number, level = number_of(properties)
        if number is None:
            number, own = self._styles.number(_style_of(properties))
            level = own if level is None else level
        return self._numbering.label(number, level or 0) if number else "", found

    def _is_heading(self, node: Any) -> bool:
        properties = node.find(f"{W}pPr")
        outline = None if properties is None else properties.find(f"{W}outlineLvl")
        if outline is not None and str(outline.get(f"{W}val", "")).isdigit():
            return int(outline.get(f"{W}val")) < BODY_LEVEL
        return self._styles.is_heading(_style_of(properties))

    def _hanging(self) -> None:
        """Text boxes and foot- and endnotes, right after what they hang on."""
        while self._later:
            found = self._later.pop(0)
            for box in found.boxes:
                if isinstance(box, str):
                    self._built.add(box)
                else:
                    self._blocks(box)
            for kind, key, mark in found.references:
                self._side_note(kind, key, mark)

    def _side_note(self, kind: str, key: str, mark: str) -> None:
        note = self._side_notes[kind].get(key)
        if note is not None:
            self._built.add(f"{mark} {joined(self._lines(note))}".strip())

    # --- tables -------------------------------------------------------------------------------

    def _table(self, table: Any) -> None:
        rows = list(cells_of(table, self.notes))
        if all(len(row) == 1 for row in rows):
            # a frame around text, not a table
            for row in rows:
                self._blocks(row[0].node)
            return
        above: dict[int, str] = {}
        for place, row in enumerate(rows):
            texts = []
            for cell in row:
                text = joined(self._lines(cell.node))
                # a cell that reaches over several rows belongs to each of them
                above[cell.column] = text = text or (
                    above.get(cell.column, "") if cell.goes_on else ""
                )
                texts.append(text)
            self._built.add(" | ".join(texts).rstrip(" |"), tight=place > 0)
        self._hanging()

    def _lines(self, container: Any) -> Iterator[str]:
        """The paragraphs of a cell or note; tables within it as `cell, cell; cell, cell`."""
        for block in container:
            if block.tag == f"{W}p":
                label, found = self._read(block)
                self._later.append(found)
                yield f"{label} {found.text}" if found.text.strip() else ""
            elif block.tag == f"{W}tbl":
                for row in cells_of(block, self.notes):
                    yield ", ".join(filter(None, (joined(self._lines(one.node)) for one in row)))
            elif block.tag in _WRAPPERS:
                yield from self._lines(block)
            elif block.tag == f"{MC}AlternateContent":
                yield from self._lines(next(iter(block), ()))


def _style_of(properties: Any | None) -> str:
    style = None if properties is None else properties.find(f"{W}pStyle")
    return "" if style is None else str(style.get(f"{W}val"))


def _end_is_deleted(paragraph: Any) -> bool:
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    return mark is not None and any(
        mark.find(f"{W}{name}") is not None for name in ("del", "moveFrom")
    )
