"""OpenDocument texts (`.odt`): what stands on the paper, in the order in which it is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bureau.kernel.retrieval.parsing.building import TextBuilder, joined, raised
from bureau.kernel.retrieval.parsing.notes import NoteKind, Notes
from bureau.kernel.retrieval.parsing.ooxml import Package
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage
from bureau.kernel.retrieval.parsing.word.numbering import formatted

_URI = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT, TABLE, DRAW, OFFICE, STYLE = (
    f"{{{_URI}{name}:1.0}}" for name in ("text", "table", "drawing", "office", "style")
)
_PARAGRAPHS = frozenset({f"{TEXT}p", f"{TEXT}h"})
# changes that were deleted, forms' definitions, indexes' templates
_SKIPPED = frozenset(
    {f"{TEXT}tracked-changes", f"{OFFICE}forms", f"{TEXT}sequence-decls", f"{TEXT}variable-decls"}
)
_FORMATS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}
_MOST_BLANKS = 100


def parse(path: Path) -> Iterator[Overview | ParsedPage]:
    """The whole document as one page.

    Raises:
        Unreadable: damaged, too large when unpacked, or with a document type declaration.
    """
    yield Overview(None)
    package = Package(path, "OpenDocument text")
    if "content.xml" not in package:
        raise package.damaged()
    reader = _Reader(package)
    yield reader.read()


class _Reader:
    def __init__(self, package: Package) -> None:
        self._content = package.tree("content.xml")
        self._styles = package.tree("styles.xml") if "styles.xml" in package else None
        self._notes, self._built = Notes(), TextBuilder()
        self._later: list[str] = []
        self._boxes: list[Any] = []
        self._marks = 0
        self._raised = self._styles_with("text-position", "super")
        self._numbers = self._list_formats()

    def read(self) -> ParsedPage:
        self._margins("header")
        body = self._content.find(f"{OFFICE}body")
        self._blocks(body if body is not None else ())
        self._margins("footer")
        self._notes.add(
            NoteKind.COMMENTS, sum(1 for _ in self._content.iter(f"{OFFICE}annotation"))
        )
        self._notes.add(
            NoteKind.DELETED_TEXT, sum(1 for _ in self._content.iter(f"{TEXT}deletion"))
        )
        return self._built.page(self._notes.all())

    def _roots(self) -> list[Any]:
        return [root for root in (self._content, self._styles) if root is not None]

    def _styles_with(self, name: str, start: str) -> set[str]:
        found = set()
        for root in self._roots():
            for style in root.iter(f"{STYLE}style"):
                for look in style.iter(f"{STYLE}text-properties"):
                    if str(look.get(f"{STYLE}{name}", "")).startswith(start):
                        found.add(str(style.get(f"{STYLE}name")))
        return found

    def _list_formats(self) -> dict[tuple[str, int], tuple[str, str, str]]:
        """(list style, level) -> what stands before the number, its format, what stands after."""
        found = {}
        for root in self._roots():
            for style in root.iter(f"{TEXT}list-style"):
                for level in style.iter(f"{TEXT}list-level-style-number"):
                    key = str(style.get(f"{STYLE}name")), int(level.get(f"{TEXT}level", "1"))
                    format_ = _FORMATS.get(str(level.get(f"{STYLE}num-format", "")), "")
                    around = (
                        str(level.get(f"{STYLE}num-{side}", "")) for side in ("prefix", "suffix")
                    )
                    found[key] = (next(around), format_, next(around))
        return found

    def _margins(self, name: str) -> None:
        if self._styles is None:
            return
        texts = []
        for margin in self._styles.iter(f"{STYLE}{name}"):
            text = joined(self._inline(one) for one in margin.iter(*_PARAGRAPHS))
            if text and text not in texts:
                texts.append(text)
                self._built.add(text)

    def _blocks(self, container: Any, style: str = "", level: int = 0) -> None:
        for block in container:
            if block.tag in _PARAGRAPHS:
                self._paragraph(block, "")
            elif block.tag == f"{TEXT}list":
                self._list(block, style, level + 1)
            elif block.tag == f"{TABLE}table":
                self._table(block)
            elif isinstance(block.tag, str) and block.tag not in _SKIPPED:
                self._count(block)
                self._blocks(block, style, level)

    def _count(self, node: Any) -> None:
        if node.tag == f"{DRAW}image":
            self._notes.add(NoteKind.PICTURES)
        elif node.tag in (f"{DRAW}object", f"{DRAW}object-ole"):
            self._notes.add(NoteKind.EMBEDDED)

    def _paragraph(self, node: Any, label: str) -> None:
        text = self._inline(node)
        self._built.add(f"{label}{text}", heading=node.tag == f"{TEXT}h")
        self._hanging()

    def _hanging(self) -> None:
        while self._later:
            self._built.add(self._later.pop(0))
        while self._boxes:
            self._blocks(self._boxes.pop(0))

    def _list(self, node: Any, style: str, level: int) -> None:
        style = str(node.get(f"{TEXT}style-name") or style)
        before, format_, after = self._numbers.get((style, level), ("", "", ""))
        for number, item in enumerate(node.iterchildren(f"{TEXT}list-item"), 1):
            label = f"{before}{formatted(number, format_)}{after} " if format_ else ""
            for block in item:
                if block.tag in _PARAGRAPHS:
                    self._paragraph(block, label)
                    label = ""
                else:
                    self._blocks([block], style, level)

    def _table(self, table: Any) -> None:
        for place, row in enumerate(table.iter(f"{TABLE}table-row")):
            cells = [joined(self._lines(cell)) for cell in row.iterchildren(f"{TABLE}table-cell")]
            self._built.add(" | ".join(cells).rstrip(" |"), tight=place > 0)
        self._hanging()

    def _lines(self, cell: Any) -> list[str]:
        return [self._inline(one) for one in cell.iter(*_PARAGRAPHS)]

    def _inline(self, node: Any) -> str:
        parts = [node.text or ""]
        for child in node:
            parts += [self._piece(child), child.tail or ""]
        return "".join(parts)

    def _piece(self, node: Any) -> str:
        if node.tag == f"{TEXT}s":
            return " " * min(int(node.get(f"{TEXT}c", "1")), _MOST_BLANKS)
        if node.tag in (f"{TEXT}tab", f"{TEXT}line-break"):
            return "\n" if node.tag.endswith("line-break") else " "
        if node.tag == f"{TEXT}note":
            return self._note(node)
        if node.tag in (f"{OFFICE}annotation", f"{TEXT}page-number", f"{TEXT}page-count"):
            return ""
        if str(node.tag).startswith(DRAW):
            self._boxes += list(node.iter(f"{DRAW}text-box")) or [node]
            return ""
        text = self._inline(node) if isinstance(node.tag, str) else ""
        return raised(text) if node.get(f"{TEXT}style-name") in self._raised else text

    def _note(self, node: Any) -> str:
        self._marks += 1
        body = node.find(f"{TEXT}note-body")
        lines = [] if body is None else self._lines(body)
        self._later.append(f"[{self._marks}] {joined(lines)}")
        return f"[{self._marks}]"
