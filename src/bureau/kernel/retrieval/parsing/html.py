"""HTML: visible text by block; scripts, styles and hidden parts are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from bureau.kernel.retrieval.parsing.building import TextBuilder, joined, raised
from bureau.kernel.retrieval.parsing.notes import NoteKind, Notes
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage, Unreadable
from bureau.kernel.retrieval.parsing.plain import decoded
from bureau.kernel.retrieval.parsing.word.numbering import formatted

_DROPPED = ("script", "style", "noscript", "template", "head", "svg")
_EMBEDDED = ("iframe", "object", "embed")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_OTHER_BLOCKS = """
p div section article li tr dt dd pre blockquote table ul ol dl figcaption header footer
main aside nav body br caption option fieldset legend address details summary form hr center
"""
_BLOCKS = _HEADINGS | frozenset(_OTHER_BLOCKS.split())
_TIGHT = frozenset({"li", "br", "option"})
_CROSSED_OUT = frozenset({"s", "del", "strike"})
_SPACE = re.compile(r"[ \t\n\r\f\v]+")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_LISTS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_UNSEEN_INPUTS = frozenset({"hidden", "password", "submit", "button", "image", "reset", "file"})


def parse(path: Path) -> Iterator[Overview | ParsedPage]:
    """The whole document as one page.

    Raises:
        Unreadable: there is nothing of HTML in it.
    """
    yield Overview(None)
    notes, built = Notes(), TextBuilder()
    add_html(path.read_bytes(), built, notes)
    yield built.page(notes.all())


def add_html(content: bytes, built: TextBuilder, notes: Notes) -> None:
    """Add what an HTML document shows to a text.

    Raises:
        Unreadable: there is nothing of HTML in it.
    """
    declared = _CHARSET.search(content[:4096])
    source = decoded(content, notes, declared.group(1).decode() if declared else "")
    try:
        root = lxml_html.document_fromstring(_DECLARATION.sub("", source, count=1))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise Unreadable("DAMAGED", "The HTML document cannot be read.") from None
    _drop_unseen(root, notes)
    _Reader(built, notes).read(root)


def _drop_unseen(root: Any, notes: Notes) -> None:
    notes.add(NoteKind.EMBEDDED, sum(1 for _ in root.iter(*_EMBEDDED)))
    notes.add(NoteKind.PICTURES, sum(1 for _ in root.iter("img")))
    etree.strip_elements(root, *_DROPPED, *_EMBEDDED, with_tail=False)
    for node in root.xpath("//*[@hidden or @style]"):
        if node.get("hidden") is not None or _HIDDEN.search(node.get("style", "")):
            notes.add(NoteKind.HIDDEN_TEXT, int(bool(node.text_content().strip())))
            node.drop_tree()


class _Reader:
    """Walks through the elements and gathers the text between the borders of blocks."""

    def __init__(self, built: TextBuilder, notes: Notes) -> None:
        self._built, self._notes = built, notes
        self._pending: list[str] = []
        self._owner = "body"
        self._preformatted = 0
        self._label = ""

    def read(self, root: Any) -> None:
        """Add everything below an element."""
        self._node(root)
        self._flush("body")

    def _flush(self, owner: str) -> None:
        text = "".join(self._pending).replace("~~~~", "")
        if not self._preformatted:
            text = _SPACE.sub(" ", text).strip()
        if text.strip():
            self._built.add(
                self._label + text, heading=self._owner in _HEADINGS, tight=self._owner in _TIGHT
            )
            self._label = ""
        self._pending = []
        self._owner = owner

    def _node(self, node: Any) -> None:
        tag = node.tag if isinstance(node.tag, str) else ""
        if tag == "tr":
            self._flush("body")
            self._row(node)
        elif tag:
            self._element(node, tag)
        self._pending.append(node.tail or "")

    def _element(self, node: Any, tag: str) -> None:
        block = tag in _BLOCKS
        if block:
            self._flush(tag)
            self._label = _label(node) if tag == "li" else self._label
        self._preformatted += tag == "pre"
        self._pending.append(self._opening(node, tag))
        for child in node:
            self._node(child)
        if tag in _CROSSED_OUT:
            self._pending.append("~~")
        if block and tag != "br":
            self._flush("body")
        self._preformatted -= tag == "pre"

    def _opening(self, node: Any, tag: str) -> str:
        text = node.text or ""
        if tag == "sup":
            return raised(text)
        if tag in _CROSSED_OUT:
            self._notes.add(NoteKind.STRUCK_OUT)
            return f"~~{text}"
        if tag == "rt":
            return f"({text})"
        return _input(node) if tag == "input" else text

    def _row(self, row: Any) -> None:
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if len(cells) == 1 or any(next(cell.iter("table"), None) is not None for cell in cells):
            # a table for the layout of a page or mail
            for cell in cells:
                self.read(cell)
            return
        texts = [self._cell(cell) for cell in cells]
        first = row.getprevious() is None
        self._built.add(" | ".join(texts).rstrip(" |"), tight=not first)

    def _cell(self, cell: Any) -> str:
        own = TextBuilder()
        inner = _Reader(own, self._notes)
        inner.read(cell)
        return joined(own.page().text.split("\n"))


def _label(item: Any) -> str:
    """The number that a list puts in front of its item."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return ""
    start = parent.get("start", "1")
    number = int(start) - 1 if start.lstrip("-").isdigit() else 0
    for one in parent.iterchildren("li"):
        given = one.get("value", "")
        number = int(given) if given.isdigit() else number + 1
        if one is item:
            break
    return f"{formatted(number, _LISTS.get(parent.get('type', ''), 'decimal'))}. "


def _input(node: Any) -> str:
    kind = node.get("type", "text").lower()
    if kind in ("checkbox", "radio"):
        return "☒ " if node.get("checked") is not None else "☐ "
    return "" if kind in _UNSEEN_INPUTS else f" {node.get('value', '')} "
