"""The cells of Word's tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bureau.kernel.retrieval.parsing.notes import NoteKind, Notes
from bureau.kernel.retrieval.parsing.ooxml import W

_WRAPPERS = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; `column` counts merged ones by their width, `goes_on` continues the one above."""

    node: Any
    column: int
    goes_on: bool


def cells_of(table: Any, notes: Notes) -> Iterator[list[Cell]]:
    """The rows of a table itself, not of tables within its cells; deleted rows are noted."""
    for row in _children(table, f"{W}tr"):
        properties = row.find(f"{W}trPr")
        if properties is not None and properties.find(f"{W}del") is not None:
            notes.add(NoteKind.DELETED_TEXT)
            continue
        column, cells = 0, []
        for node in _children(row, f"{W}tc"):
            merge = node.find(f"{W}tcPr/{W}vMerge")
            goes_on = merge is not None and merge.get(f"{W}val", "continue") != "restart"
            cells.append(Cell(node, column, goes_on))
            column += _span(node)
        if cells:
            yield cells


def _children(node: Any, tag: str) -> Iterator[Any]:
    """Children with this tag, also those that a content control or a change wraps."""
    for child in node:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, tag)


def _span(cell: Any) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    given = "1" if span is None else str(span.get(f"{W}val", "1"))
    return int(given) if given.isdigit() else 1
