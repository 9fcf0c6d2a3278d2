"""Plain text and Markdown: the characters of the file stay as they are."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from bureau.kernel.retrieval.parsing import limits
from bureau.kernel.retrieval.parsing.headings import headings_in
from bureau.kernel.retrieval.parsing.notes import NoteKind, Notes
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage, Unreadable, clean


def parse(path: Path) -> Iterator[Overview | ParsedPage]:
    """The whole text as one page.

    Raises:
        Unreadable: no known encoding, or too long.
    """
    yield Overview(None)
    notes = Notes()
    text = clean(checked(decoded(path.read_bytes(), notes)))
    yield ParsedPage(1, text, headings_in(text), notes=notes.all())


def parse_markdown(path: Path) -> Iterator[Overview | ParsedPage]:
    """The whole source as one page; headings as CommonMark has them, not those in code blocks.

    Raises:
        Unreadable: no known encoding, or too long.
    """
    from markdown_it import MarkdownIt

    yield Overview(None)
    notes = Notes()
    source = checked(decoded(path.read_bytes(), notes))
    text = clean(_without_front_matter(source, notes))
    starts = _line_starts(text)
    tokens = MarkdownIt("commonmark").parse(text)
    headings = [
        (starts[opening.map[0]], inline.content[:255])
        for opening, inline in pairwise(tokens)
        if opening.type == "heading_open" and opening.map
    ]
    yield ParsedPage(1, text, headings, notes=notes.all())


# YAML between dashes, TOML between plus signs, as site generators have it
_FRONT_MATTER = re.compile(
    r"\ufeff?(?:---[ \t]*\r?\n(?=[\w\"'#-]+[^\n]*:).*?\r?\n(?:---|\.\.\.)|\+\+\+[ \t]*\r?\n.*?\r?\n\+\+\+)[ \t]*(?:\r?\n|$)",
    re.DOTALL,
)


def _without_front_matter(source: str, notes: Notes) -> str:
    found = _FRONT_MATTER.match(source)
    notes.add(NoteKind.FRONT_MATTER, int(bool(found)))
    return source[found.end() :] if found else source


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def checked(text: str) -> str:
    """The text, if it is not too long to be read at all.

    Raises:
        Unreadable: it is.
    """
    if len(text) > limits.MAX_CHARACTERS:
        raise Unreadable(
            "TOO_LARGE",
            f"The text has {len(text):,} characters; the limit is {limits.MAX_CHARACTERS:,}.",
        )
    return text


def decoded(content: bytes, notes: Notes, declared: str = "") -> str:
    """The text of bytes: as their mark says, in UTF-8, as declared, or as they most likely are.

    Args:
        notes: is told when the encoding is a guess, and what could not be decoded.
        declared: the encoding that the document itself names.

    Raises:
        Unreadable: no encoding fits.
    """
    text = _marked(content) or _strictly(content, "utf-8")
    if text is None:
        text = _strictly(content, _BROWSERS.get(declared.lower(), declared))
    if text is None:
        encoding = _encoding_of(content)
        text = content.decode(encoding, errors="replace")
        notes.add(NoteKind.ENCODING_GUESSED, detail=encoding)
    notes.add(NoteKind.CHARACTERS_LOST, text.count("\ufffd"))
    return text


# what browsers take these names for
_BROWSERS = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def _marked(content: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="replace")
    return None


def _strictly(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding) if encoding else None
    except (UnicodeDecodeError, LookupError):
        return None


def _encoding_of(content: bytes) -> str:
    """Mostly ASCII is what Western systems wrote; few bytes tell a guesser too little."""
    strange = sum(byte > 127 for byte in content[:100_000])
    few = 0.35 if len(content) < 100 else 0.1
    if strange < few * min(len(content), 100_000):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(content[:1_000_000]).best()
    if best is None:
        raise Unreadable("ENCODING", "The text is in no known encoding; use UTF-8.")
    return best.encoding
