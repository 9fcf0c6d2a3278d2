"""Putting blocks of text together while their headings' offsets are kept."""

from __future__ import annotations

from bureau.kernel.retrieval.parsing.pages import ParsedPage, clean


class TextBuilder:
    """Collects blocks of a document that has no pages."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._headings: list[tuple[int, str]] = []
        self._length = 0

    def add(self, block: str, *, heading: bool = False, tight: bool = False) -> None:
        """Append one block; `tight` ones (rows of a table) follow without a blank line."""
        text = clean(block)
        if not text:
            return
        gap = ("\n" if tight else "\n\n") if self._parts else ""
        if heading:
            self._headings.append((self._length + len(gap), text.replace("\n", " ")[:255]))
        self._parts.append(gap + text)
        self._length += len(gap) + len(text)

    def page(self) -> ParsedPage:
        """Everything as page 1."""
        return ParsedPage(1, "".join(self._parts), self._headings)
