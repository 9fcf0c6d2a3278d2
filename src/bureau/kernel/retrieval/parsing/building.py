"""Putting blocks of text together while their headings' offsets are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bureau.kernel.retrieval.parsing.notes import Note
from bureau.kernel.retrieval.parsing.pages import ParsedPage, clean

_ENDINGS = (".", ",", ";", ":", "!", "?", "。", "।")
_RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_RAISABLE = frozenset("0123456789+-−=()ni")


def joined(lines: Iterable[str]) -> str:
    """The lines of a cell or note as one: the end of one and the start of the next stay apart."""
    text = ""
    for line in filter(None, (" ".join(line.split()) for line in lines)):
        gap = "" if not text else " " if text.endswith(_ENDINGS) else "; "
        text += gap + line
    return text


def raised(text: str) -> str:
    """Raised digits and signs as such, so that 10⁹ is not read as 109; words stay as they are."""
    return text.translate(_RAISED) if set(text) <= _RAISABLE else text


class TextBuilder:
    """Collects the blocks of a document or of one of its pages."""

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

    def page(self, notes: Sequence[Note] = (), *, number: int = 1, label: str = "") -> ParsedPage:
        """Everything as one page, with what is to be known about it."""
        text = "".join(self._parts)
        return ParsedPage(number, text, self._headings, label=label, notes=list(notes))
