"""Word documents: the main part alone, its entities refused, its size limited while it unpacks."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from bureau.kernel.retrieval.parsing import limits
from bureau.kernel.retrieval.parsing.building import TextBuilder
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage, Unreadable

MAIN, STYLES = "word/document.xml", "word/styles.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DAMAGE = (zipfile.BadZipFile, etree.XMLSyntaxError, OSError, EOFError, RuntimeError, ValueError)


def parse(path: Path) -> Iterator[Overview | ParsedPage]:
    """The whole document as one page.

    Raises:
        Unreadable: damaged, too large when unpacked, or with a document type declaration.
    """
    yield Overview(None)
    try:
        with zipfile.ZipFile(path) as archive:
            styles = _heading_styles(archive) if STYLES in archive.namelist() else set()
            body = _tree(archive, MAIN).find(f"{W}body")
    except KeyError:
        raise _damaged() from None
    except _DAMAGE:
        raise _damaged() from None
    if body is None:
        raise _damaged()
    built = TextBuilder()
    for block in body:
        _add_block(built, block, styles)
    yield built.page()


def _damaged() -> Unreadable:
    return Unreadable("DAMAGED", "The Word document is damaged and cannot be opened.")


def _tree(archive: zipfile.ZipFile, name: str) -> Any:
    with archive.open(name) as part:
        # declared sizes can lie: what is read is what counts
        content = part.read(limits.MAX_XML_BYTES + 1)
    if len(content) > limits.MAX_XML_BYTES:
        raise Unreadable("TOO_LARGE", "The Word document unpacks to more than the limit of 64 MB.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.doctype:
        raise Unreadable("FORBIDDEN_XML", "The Word document declares entities, which is refused.")
    return root


def _heading_styles(archive: zipfile.ZipFile) -> set[str]:
    """Ids of styles that Word calls headings; ids are translated, names are not."""
    found = set()
    for style in _tree(archive, STYLES).iter(f"{W}style"):
        name = style.find(f"{W}name")
        called = "" if name is None else str(name.get(f"{W}val", "")).lower()
        if called.startswith(("heading", "title")):
            found.add(str(style.get(f"{W}styleId")))
    return found


def _add_block(built: TextBuilder, block: Any, styles: set[str]) -> None:
    if block.tag == f"{W}p":
        text = _text_of(block)
        style = block.find(f"{W}pPr/{W}pStyle")
        named = "" if style is None else str(style.get(f"{W}val"))
        built.add(text, heading=named in styles or named.startswith("Heading"))
    elif block.tag == f"{W}tbl":
        for row in block.iter(f"{W}tr"):
            built.add(" | ".join(_text_of(cell) for cell in row.iter(f"{W}tc")), tight=True)
    elif block.tag == f"{W}sdt":
        for inner in block.iterfind(f"{W}sdtContent/*"):
            _add_block(built, inner, styles)


def _text_of(block: Any) -> str:
    parts = []
    for node in block.iter(f"{W}t", f"{W}tab", f"{W}br"):
        parts.append((node.text or "") if node.tag == f"{W}t" else " ")
    return "".join(parts).strip()
