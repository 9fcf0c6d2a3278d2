"""Words as the database searches them, and how many passages hold them.

A word that stands in every other passage tells nothing about any of them and costs the most to
look up. How common words are comes from the statistics that PostgreSQL keeps about the column of
words (a sample, made anew by autovacuum): one small statement, no counting.
"""

from __future__ import annotations

from collections.abc import Collection as Ids
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

# what a passage's words were reduced to depends on its language; `simple` is every other language
CONFIGURATIONS = {
    "en": "pg_catalog.english",
    "de": "pg_catalog.german",
    "fr": "pg_catalog.french",
    "es": "pg_catalog.spanish",
    "": "pg_catalog.simple",
}
# passages that are looked at because of their words
MOST_MATCHES = 1_000
# a word on more passages than this tells nothing about any of them
MOST_COUNTED = 2_000


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a question.

    Attributes:
        query: its forms in all languages as a `tsquery`, any of them sufficing.
        share: of all passages that hold it, 0 to 1; 0 also where that is too few to be known.
    """

    word: str
    query: str
    share: float


def terms_of(words: Sequence[str]) -> list[Term]:
    """The words as terms, in their order, without those that no language keeps."""
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, [list(CONFIGURATIONS.values()), list(words)])
        return [Term(*row) for row in cursor.fetchall()]


# a word of several parts is as rare as its rarest part; of its forms the most common one counts
_TERMS = """
WITH common AS MATERIALIZED (
    SELECT counted.lexeme, counted.share
    FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs)
        AS counted(lexeme, share)
    WHERE schemaname = current_schema() AND tablename = 'retrieval_chunk' AND attname = 'search'
), forms AS (
    SELECT asked.place, asked.word, phraseto_tsquery(config, asked.word)::text AS query,
        (SELECT coalesce(min(coalesce(common.share, 0)), 0)
         FROM unnest(tsvector_to_array(to_tsvector(config, asked.word))) AS part(lexeme)
         LEFT JOIN common USING (lexeme)) AS share
    FROM unnest(%s::regconfig[]) AS config, unnest(%s::text[]) WITH ORDINALITY AS asked(word, place)
)
SELECT word, string_agg(DISTINCT query, ' | '), max(share)::float8
FROM forms WHERE query <> '' GROUP BY place, word ORDER BY place
"""


def telling(terms: Iterable[Term], size: int) -> list[Term]:
    """The rarest terms, as many as hit at most `MOST_MATCHES` of `size` passages together."""
    chosen, expected = [], 0.0
    for term in sorted(terms, key=lambda term: term.share):
        expected += term.share * size
        if expected > MOST_MATCHES:
            break
        chosen.append(term)
    return chosen


def query_of(terms: Iterable[Term]) -> str:
    """A `tsquery` that any of the terms satisfies; empty, and never satisfied, without any."""
    return " | ".join(dict.fromkeys(term.query for term in terms))


def passages_with(terms: Sequence[Term], collection_ids: Ids[int], size: int) -> dict[str, int]:
    """Word -> how many of the `size` passages in scope hold it, counted to `MOST_COUNTED`."""
    seen = {term.word: MOST_COUNTED for term in terms}
    rare = [term for term in terms if term.share * size <= MOST_COUNTED]
    if rare:
        words, queries = [term.word for term in rare], [term.query for term in rare]
        with connection.cursor() as cursor:
            cursor.execute(_COUNTS, [list(collection_ids), MOST_COUNTED, words, queries])
            seen |= dict(cursor.fetchall())
    return seen


_COUNTS = """
SELECT word, (SELECT count(*) FROM (
    SELECT 1 FROM retrieval_chunk
    WHERE collection_id = ANY(%s) AND search @@ query::tsquery LIMIT %s) AS held)
FROM unnest(%s::text[], %s::text[]) AS asked(word, query)
"""
