"""Looking up passages for a reader: the scope is the reader's, the question is embedded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.conf import settings

from bureau.desks.knowledge.access import Reader, scope_of
from bureau.desks.knowledge.citing import Quote
from bureau.desks.knowledge.evidence import Asked, Scored, relevant
from bureau.desks.knowledge.extractive import quotes_for
from bureau.desks.knowledge.wording import LANGUAGES, known
from bureau.kernel.retrieval.search import Passage, Question, embed_question, search, space_in_scope
from bureau.kernel.retrieval.terms import passages_with
from bureau.kernel.retrieval.vectors import EmbeddingMismatch, embedder_of
from bureau.kernel.retrieval.words import content_words


@dataclass(frozen=True, slots=True)
class Found:
    """What a question met: everything near, what of it answers, and how words weigh."""

    reader: Reader
    question: Question | None
    asked: Asked
    passages: list[Passage]
    relevant: list[Scored]


def find(reader: Reader, text: str, language: str, *, limit: int | None = None) -> Found:
    """Passages for a question within what the reader may read.

    Raises:
        ProviderError: the embedder failed.
        EmbeddingMismatch: the collections in scope are not of one space.
    """
    with reader.work:
        try:
            return _find(reader, text, language, limit or settings.ENV.max_retrieval_chunks)
        except EmbeddingMismatch:
            # the collections moved to another model between two statements; the second try sees it
            return _find(reader, text, language, limit or settings.ENV.max_retrieval_chunks)


def _find(reader: Reader, text: str, language: str, limit: int) -> Found:
    scope = list(scope_of(reader).filter(chunk_count__gt=0).values_list("pk", "chunk_count"))
    ids = [pk for pk, _ in scope]
    if not ids:
        return Found(reader, None, Asked(content_words(text), {}, 0, language), [], [])
    question = embed_question(text, space_in_scope(ids), language)
    passages = search(question, ids, limit)
    total = sum(count for _, count in scope)
    seen = passages_with(question.terms, ids, total)
    words = [term.word for term in question.terms]
    asked = Asked(words, seen, total, language, question.space.model)
    return Found(reader, question, asked, passages, relevant(asked, passages))


def quotes_of(found: Found) -> list[Quote]:
    """The sentences that answer; those in another language than the question chosen by meaning.

    Raises:
        ProviderError: the embedder failed.
    """
    with found.reader.work:
        return quotes_for(found.asked, found.relevant, partial(_nearness, found.question))


def _nearness(question: Question | None, texts: Sequence[str]) -> list[float]:
    if question is None:
        return [0.0] * len(texts)
    matrix = embedder_of(question.space).embed_passages(list(texts))
    return [float(one) for one in matrix @ question.vector]


def language_of(asked: str, text: str) -> str:
    """The language to answer in: the one that was asked for, or for `auto` the text's own.

    Anything the desk does not speak is English.
    """
    if asked.strip().lower() != "auto":
        return known(asked)
    from bureau.kernel.ai.language import detect

    return detect(text, LANGUAGES) or "en"
