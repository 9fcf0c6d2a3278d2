"""Finding passages: by meaning and by words, fused by rank, in one statement within a scope.

The scope (the collections a reader may see) is part of the query, never a filter on its result: an
approximate index that is filtered afterwards comes back short. Small scopes are compared exactly;
large ones use the approximate index and go on reading it until enough rows are in scope.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection as Ids
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

from bureau.kernel.retrieval.models import Collection, EmbeddingSpace
from bureau.kernel.retrieval.parsing.headings import is_contents
from bureau.kernel.retrieval.terms import MOST_MATCHES, Term, query_of, telling, terms_of
from bureau.kernel.retrieval.vectors import EmbeddingMismatch, embedder_of, literal, space_of
from bureau.kernel.retrieval.words import content_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# published chunks in scope up to which every vector is compared
EXACT_LIMIT = 20_000
# the usual constant of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009)
RANK_CONSTANT = 60
CANDIDATES = 60
# passages looked at beyond those asked for, so that tables of contents take no place
SPARE = 10
MAX_SCAN_TUPLES = 40_000
# how widely the approximate index is searched: a thousandth of it, between these
EF_SEARCH = (100, 700)
LONGEST_QUESTION = 4_000


@dataclass(frozen=True, slots=True)
class Question:
    """A question in the two forms it is searched by."""

    text: str
    terms: list[Term]
    vector: NDArray[np.float32]
    space: EmbeddingSpace


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that was found.

    Attributes:
        start, end: characters of its page.
        score: fused by rank; only its order means something.
        similarity: cosine, 0 where it was found by words alone. What counts as near depends on
            the model; with the built-in one everything lies between 0.7 and 0.95.
        by_meaning, by_words: its place in the two lists, from 1; None where it is not in one.
        usual, spread: mean and standard deviation of the similarities of all that was near; the
            same for every passage of a search, 0 where nothing was found by meaning.
        document_added: when the document was brought.
    """

    chunk_id: uuid.UUID
    document_id: uuid.UUID
    document_title: str
    document_metadata: dict[str, Any]
    page: int | None
    section: str
    start: int
    end: int
    text: str
    language: str
    score: float
    similarity: float
    by_meaning: int | None
    by_words: int | None
    usual: float
    spread: float
    document_added: datetime | None = None


def embed_question(text: str, space: EmbeddingSpace | None = None, language: str = "") -> Question:
    """Prepare a question; the one embedding of a request, however many collections it searches.

    Args:
        space: what the collections to be searched are embedded in (`space_in_scope`); None is
            what the operator set.
        language: of the question, where it is known.

    Raises:
        ProviderError: the embedder failed.
        EmbeddingMismatch: the embedder of that space is not what is set up now.
    """
    embedder = embedder_of(space)
    return Question(
        text=text,
        terms=terms_of(content_words(text), language),
        vector=embedder.embed_query(text[:LONGEST_QUESTION]),
        space=space or space_of(embedder),
    )


def space_in_scope(collection_ids: Ids[int]) -> EmbeddingSpace | None:
    """The one space of these collections; None where nothing is published in them.

    Raises:
        EmbeddingMismatch: there are two.
    """
    filled = Collection.objects.filter(pk__in=collection_ids, chunk_count__gt=0)
    spaces = list(EmbeddingSpace.objects.filter(pk__in=filled.values("space"))[:2])
    if len(spaces) > 1:
        raise EmbeddingMismatch(
            f"These collections are embedded in {spaces[0].label} and {spaces[1].label}. "
            "Run `bureau manage regenerate_embeddings`."
        )
    return spaces[0] if spaces else None


def search(
    question: Question,
    collection_ids: Ids[int],
    limit: int = 10,
    *,
    document_ids: Sequence[uuid.UUID] | None = None,
) -> list[Passage]:
    """The passages nearest to a question within a scope, best first; those of tables of contents
    behind all others.

    Args:
        collection_ids: the scope. The caller has asked the doors; nothing outside is ever read.
        limit: most passages.
        document_ids: only these documents of the scope.

    Raises:
        EmbeddingMismatch: a collection in scope is embedded in another space.
    """
    size, indexed = _sizes(question, collection_ids)
    if not size:
        return []
    values = {
        "collections": list(collection_ids),
        "space": question.space.pk,
        "vector": literal(question.vector.tolist()),
        "words": query_of(question.terms),
        "telling": query_of(telling(question.terms, size)),
        "documents": [str(one) for one in document_ids or ()],
        "threshold": settings.ENV.similarity_threshold,
        "candidates": max(CANDIDATES, 3 * limit),
        "limit": limit + SPARE,
    }
    # picking single documents is a small scope, whatever their collection holds
    picked = document_ids is not None
    exact = size <= EXACT_LIMIT or picked
    reach = None if exact else effort(max(size, indexed))
    rows = _rows(_statement(question, exact, picked), values, reach)
    found = [_passage(row) for row in rows]
    # a table of contents holds every word of its document and answers nothing: it comes last
    return sorted(found, key=lambda one: is_contents(one.text))[:limit]


def effort(indexed: int) -> int:
    """`hnsw.ef_search` for an index of this many vectors.

    With it `python -m benchmarks retrieval` finds 998 of 1,000 among 100,000 vectors, and 983
    to 987 among 1,000,000; more than 700 finds no more.
    """
    least, most = EF_SEARCH
    return min(max(least, indexed // 1_000), most)


def _passage(row: tuple[Any, ...]) -> Passage:
    chunk, document, title, metadata, *rest = row
    # Django leaves JSON of a raw statement as text
    return Passage(chunk, document, title, json.loads(metadata), *rest)


def _sizes(question: Question, collection_ids: Ids[int]) -> tuple[int, int]:
    """How many passages are in scope, and how many vectors in the approximate index."""
    index = f"vector_near_{question.space.dimension}"
    with connection.cursor() as cursor:
        cursor.execute(_SIZES, [question.space.pk, index, list(collection_ids)])
        size, mixed, indexed = cursor.fetchone()
    if mixed:
        raise EmbeddingMismatch
    return int(size), int(indexed)


# what VACUUM and ANALYZE last counted; nothing for a length that has no index
_SIZES = """
SELECT coalesce(sum(chunk_count), 0), coalesce(bool_or(space_id <> %s), false),
    coalesce((SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)), 0)
FROM retrieval_collection WHERE id = ANY(%s) AND chunk_count > 0
"""


def _rows(statement: str, values: dict[str, Any], reach: int | None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        if reach is None:
            cursor.execute(statement, values)
        else:
            # sent together they are one transaction and one way to the server and back
            cursor.execute(f"{_APPROXIMATE}; {statement}", {**values, "reach": str(reach)})
            cursor.nextset()
        return list(cursor.fetchall())


_APPROXIMATE = (
    "SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true),"
    " set_config('hnsw.ef_search', %(reach)s, true),"
    f" set_config('hnsw.max_scan_tuples', '{MAX_SCAN_TUPLES}', true)"
)


def _statement(question: Question, exact: bool, picked: bool) -> str:
    """The one statement of a search. Without the cast to a length no index can be used."""
    dimension = question.space.dimension
    only = "AND c.document_id = ANY(%(documents)s::uuid[])" if picked else ""
    column = "v.embedding" if exact else f"v.embedding::halfvec({dimension})"
    by_words = _BY_WORDS.format(only=only, matches=MOST_MATCHES)
    return _STATEMENT.format(
        distance=f"{column} <=> %(vector)s::halfvec({dimension})",
        dimension=dimension,
        only=only,
        joined="JOIN retrieval_chunk c ON c.id = v.chunk_id" if picked else "",
        by_words=by_words if question.terms else _NO_WORDS,
        constant=RANK_CONSTANT,
    )


_STATEMENT = """
WITH near AS MATERIALIZED (
    SELECT v.chunk_id, {distance} AS distance
    FROM retrieval_chunkvector v {joined}
    WHERE v.collection_id = ANY(%(collections)s) AND v.space_id = %(space)s
      AND v.dimension = {dimension} AND v.collection_id IS NOT NULL {only}
    ORDER BY {distance} LIMIT %(candidates)s
), by_meaning AS (
    SELECT chunk_id, distance, row_number() OVER (ORDER BY distance) AS place
    FROM near WHERE 1 - distance >= %(threshold)s
), neighbourhood AS (
    SELECT coalesce(1 - avg(distance), 0) AS usual, coalesce(stddev_pop(distance), 0) AS spread
    FROM near
), by_words AS ({by_words}
), fused AS (
    SELECT coalesce(m.chunk_id, w.chunk_id) AS chunk_id, m.distance,
        m.place AS by_meaning, w.place AS by_words,
        coalesce(1.0 / ({constant} + m.place), 0) + coalesce(1.0 / ({constant} + w.place), 0)
            AS score
    FROM by_meaning m FULL JOIN by_words w ON w.chunk_id = m.chunk_id
    ORDER BY score DESC, chunk_id LIMIT %(limit)s
)
SELECT c.id, c.document_id, d.title, d.metadata, c.page, c.section, c.start, c."end", c.text,
    c.language, f.score::float8, coalesce(1 - f.distance, 0), f.by_meaning, f.by_words,
    n.usual, n.spread, d.created_at
FROM fused f
CROSS JOIN neighbourhood n
JOIN retrieval_chunk c ON c.id = f.chunk_id
JOIN retrieval_document d ON d.id = c.document_id
ORDER BY f.score DESC, c.id
"""
_NO_WORDS = "SELECT NULL::uuid AS chunk_id, NULL::bigint AS place WHERE false"
# common words find nothing: they rank what the telling ones find, or else what is near
_BY_WORDS = """
    WITH found AS MATERIALIZED (
        SELECT c.id, c.search FROM retrieval_chunk c
        WHERE c.collection_id = ANY(%(collections)s) AND c.search @@ %(telling)s::tsquery {only}
        LIMIT {matches}
    ), matching AS (
        SELECT id, search FROM found
        UNION ALL
        SELECT c.id, c.search FROM near JOIN retrieval_chunk c ON c.id = near.chunk_id
        WHERE c.search @@ %(words)s::tsquery AND NOT EXISTS (SELECT FROM found)
    ), ranked AS (
        SELECT id, ts_rank(search, %(words)s::tsquery, 1) AS rank
        FROM matching ORDER BY rank DESC, id LIMIT %(candidates)s
    )
    SELECT id AS chunk_id, row_number() OVER (ORDER BY rank DESC, id) AS place FROM ranked"""
