"""Quotes and citations. Nothing is cited that was not found in the passage. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bureau.desks.knowledge.quoting import find_quote
from bureau.kernel.retrieval.search import Passage

LONGEST_CHUNK_TEXT = 500


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of a passage: characters `start` to `end` of the passage's own text."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words as they stand there, on one line."""
        return " ".join(self.passage.text[self.start : self.end].split())


def quote_of(words: str, passage: Passage) -> Quote | None:
    """The words as a quote of the passage, if they stand in it."""
    found = find_quote(words, passage.text)
    return Quote(passage, *found) if found else None


def date_of(passage: Passage) -> str:
    """When the document that took an older one's place was brought; empty where there was none."""
    newer = passage.document_metadata.get("replaces") and passage.document_added
    return passage.document_added.date().isoformat() if newer and passage.document_added else ""


def citation(number: int, quote: Quote) -> dict[str, Any]:
    """A citation on the wire; `start` and `end` are characters of the page."""
    passage = quote.passage
    return {
        "id": f"citation_{number}",
        "document_title": passage.document_title,
        "page_number": passage.page,
        "section_title": passage.section,
        "chunk_text": passage.text[:LONGEST_CHUNK_TEXT],
        "chunk_id": str(passage.chunk_id),
        "document_id": str(passage.document_id),
        "relevance_score": round(passage.similarity, 4),
        "quote": quote.text,
        "start": passage.start + quote.start,
        "end": passage.start + quote.end,
        "verified": True,
        "document_date": date_of(passage),
    }
