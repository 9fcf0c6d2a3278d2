"""Plain text and Markdown: the characters of the file stay as they are, so offsets are the file's."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from bureau.kernel.retrieval.parsing import limits
from bureau.kernel.retrieval.parsing.headings import headings_in
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage, Unreadable, clean


def parse(path: Path) -> Iterator[Overview | ParsedPage]:
    """The whole text as one page.

    Raises:
        Unreadable: no known encoding, or too long.
    """
    yield Overview(None)
    text = clean(checked(decoded(path.read_bytes())))
    yield ParsedPage(1, text, headings_in(text))


def parse_markdown(path: Path) -> Iterator[Overview | ParsedPage]:
    """The whole source as one page; headings as CommonMark has them, not those in code blocks.

    Raises:
        Unreadable: no known encoding, or too long.
    """
    from markdown_it import MarkdownIt

    yield Overview(None)
    text = clean(checked(decoded(path.read_bytes())))
    starts = _line_starts(text)
    tokens = MarkdownIt("commonmark").parse(text)
    headings = [
        (starts[opening.map[0]], inline.content[:255])
        for opening, inline in pairwise(tokens)
        if opening.type == "heading_open" and opening.map
    ]
    yield ParsedPage(1, text, headings)


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


def decoded(content: bytes) -> str:
    """The text of bytes in UTF-8, or in what they most likely are.

    Raises:
        Unreadable: no encoding fits.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode(_encoding_of(content), errors="replace")


def _encoding_of(content: bytes) -> str:
    """Mostly ASCII is what Western systems wrote; few bytes tell a guesser too little."""
    strange = sum(byte > 127 for byte in content[:100_000])
    if strange < 0.1 * min(len(content), 100_000):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(content[:1_000_000]).best()
    if best is None:
        raise Unreadable("ENCODING", "The text is in no known encoding; use UTF-8.")
    return best.encoding
