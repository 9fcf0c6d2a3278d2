"""Answers to what is no question to a document: thanks, what there is, what one document is about."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from bureau.desks.knowledge.access import Reader, chunks_of, documents_of
from bureau.desks.knowledge.citing import Quote
from bureau.desks.knowledge.courtesy import Kind, kind_of
from bureau.desks.knowledge.extractive import LONGEST
from bureau.desks.knowledge.wording import LISTED, NOTHING_LISTED, OVERVIEW, WELCOME, said
from bureau.kernel.retrieval.models import Chunk, Document
from bureau.kernel.retrieval.parsing.headings import is_contents
from bureau.kernel.retrieval.search import Passage
from bureau.kernel.retrieval.sentences import sentences
from bureau.kernel.text.spelling import normal, without_accents

MOST_LISTED = 30
# sections that an overview quotes the beginning of
MOST_SECTIONS = 5


def courtesy(reader: Reader, text: str, language: str) -> tuple[str, str, list[Quote]] | None:
    """(method, introduction, quotes) of a fitting answer; None for a question to be looked up."""
    kind, name = kind_of(text)
    if kind is Kind.THANKS:
        return "courtesy", said(WELCOME, language), []
    if kind is Kind.LISTING:
        return "listing", _listing(reader, language), []
    if kind is Kind.SUMMARY and (document := _named(reader, name)):
        quotes = list(_beginnings(document))
        introduction = said(OVERVIEW, language).format(title=document.title)
        return ("overview", introduction, quotes) if quotes else None
    return None


def _listing(reader: Reader, language: str) -> str:
    titles = _readable(reader).values_list("title", flat=True)
    shown = list(titles[:MOST_LISTED])
    if not shown:
        return said(NOTHING_LISTED, language)
    more = titles.count() - len(shown)
    lines = [*(f"- {title}" for title in shown), *([f"- … (+{more})"] if more > 0 else [])]
    return "\n".join([said(LISTED, language), *lines])


def _readable(reader: Reader) -> QuerySet[Document]:
    return documents_of(reader).filter(chunk_count__gt=0)


def _named(reader: Reader, name: str) -> Document | None:
    """The document whose title is, or else holds, this name; the only one there is for no name."""
    found = list(_readable(reader)[:2]) if not name else []
    if len(found) == 1:
        return found[0]
    titles = dict(_readable(reader).values_list("pk", "title")) if name else {}
    spelled = {pk: without_accents(normal(title)) for pk, title in titles.items()}
    same = [pk for pk, title in spelled.items() if title == name]
    holding = same or [pk for pk, title in spelled.items() if name in title]
    return _readable(reader).get(pk=holding[0]) if holding else None


def _beginnings(document: Document) -> Iterator[Quote]:
    """The first sentence of each of the first sections."""
    seen: set[str] = set()
    for chunk in chunks_of(document).order_by("index")[: 10 * MOST_SECTIONS]:
        spans = sentences(chunk.text)
        if (chunk.section and chunk.section in seen) or not spans or is_contents(chunk.text):
            continue
        seen.add(chunk.section)
        start, end = max(spans[:2], key=lambda span: span[1] - span[0])
        yield Quote(_passage(document, chunk), start, min(end, start + LONGEST))
        if len(seen) == MOST_SECTIONS or not chunk.section:
            return


def _passage(document: Document, chunk: Chunk) -> Passage:
    """A passage that was picked, not searched for: nothing is known of its nearness."""
    return Passage(
        chunk_id=chunk.pk,
        document_id=document.pk,
        document_title=document.title,
        document_metadata=document.metadata,
        page=chunk.page,
        section=chunk.section,
        start=chunk.start,
        end=chunk.end,
        text=chunk.text,
        language=chunk.language,
        score=0.0,
        similarity=0.0,
        by_meaning=None,
        by_words=None,
        usual=0.0,
        spread=0.0,
        document_added=document.created_at,
    )
