"""HTML: visible text by block; scripts, styles and hidden parts are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from bureau.kernel.retrieval.parsing.building import TextBuilder
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage, Unreadable
from bureau.kernel.retrieval.parsing.plain import decoded

_DROPPED = ("script", "style", "noscript", "template", "head", "svg", "iframe", "object")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_OTHER_BLOCKS = """
p div section article li tr dt dd pre blockquote table ul ol dl figcaption header footer
main aside nav body br caption
"""
_BLOCKS = _HEADINGS | frozenset(_OTHER_BLOCKS.split())
_TIGHT = frozenset({"li", "tr", "br"})
_SPACE = re.compile(r"[ \t\n\r\f\v]+")


def parse(path: Path) -> Iterator[Overview | ParsedPage]:
    """The whole document as one page.

    Raises:
        Unreadable: there is nothing of HTML in it.
    """
    yield Overview(None)
    try:
        root = lxml_html.document_fromstring(decoded(path.read_bytes()))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise Unreadable("DAMAGED", "The HTML document cannot be read.") from None
    etree.strip_elements(root, *_DROPPED, with_tail=False)
    for hidden in root.xpath("//*[@hidden or contains(@style, 'display:none')]"):
        hidden.drop_tree()
    built = TextBuilder()
    for tag, text in _blocks(root):
        built.add(text, heading=tag in _HEADINGS, tight=tag in _TIGHT)
    yield built.page()


def _blocks(root: Any) -> Iterator[tuple[str, str]]:
    """(tag, text) of each stretch of text between block borders, in document order."""
    pending: list[str] = []
    owner = "body"
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if tag in _BLOCKS:
            yield owner, _SPACE.sub(" ", "".join(pending)).strip()
            pending = []
            owner = tag if event == "start" else "body"
        # a comment has text and no name
        if event == "end":
            pending.append(node.tail or "")
        elif tag:
            pending.append((" | " if _is_further_cell(node) else "") + (node.text or ""))
    yield owner, _SPACE.sub(" ", "".join(pending)).strip()


def _is_further_cell(node: Any) -> bool:
    return node.tag in ("td", "th") and node.getprevious() is not None
