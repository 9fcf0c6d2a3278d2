"""Words as the database searches them, and how many passages hold them.

A word that stands in every other passage tells nothing about any of them and costs the most to
look up. How common words are comes from the statistics that PostgreSQL keeps about the column of
words (a sample, made anew by autovacuum): one small statement, no counting.
"""

from __future__ import annotations

from collections.abc import Collection as Ids
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from django.db import connection

from bureau.kernel.text.segmenting import parts
from bureau.kernel.text.stemming import forms, lexemes

# a word of many parts in many forms is not looked up in each combination of them
MOST_FORMS = 24
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


def terms_of(words: Sequence[str], language: str = "") -> list[Term]:
    """The words as terms, in their order, without those that hold no letter and no digit."""
    asked = {word: found for word in words if (found := ways(word, language))}
    if not asked:
        return []
    shares = _shares({part for found in asked.values() for way in found for part in way})
    return [
        Term(word, _query(found), max(_share(way, shares) for way in found))
        for word, found in asked.items()
    ]


def ways(word: str, language: str = "") -> list[tuple[str, ...]]:
    """How the parts of a word may stand in the index, one after the other."""
    found = parts(word)
    if len(found) > 3:
        return [tuple(map(_only, found))]
    return list(product(*(forms(part, language) for part in found)))[:MOST_FORMS] if found else []


def _only(part: str) -> str:
    return forms(part)[0]


def _query(found: Iterable[Sequence[str]]) -> str:
    # lexemes hold letters, digits and marks only: nothing that a query would have to escape
    phrases = (" <-> ".join(f"'{part}'" for part in way) for way in found)
    return " | ".join(f"({phrase})" if " " in phrase else phrase for phrase in phrases)


def _share(way: Sequence[str], shares: Mapping[str, float]) -> float:
    """A word of several parts is as rare as its rarest part."""
    return min(shares.get(part, 0.0) for part in way)


def _shares(parts: set[str]) -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(_SHARES, [list(parts)])
        return dict(cursor.fetchall())


_SHARES = """
SELECT counted.lexeme, counted.share::float8
FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs)
    AS counted(lexeme, share)
WHERE schemaname = current_schema() AND tablename = 'retrieval_chunk' AND attname = 'search'
    AND counted.lexeme = ANY(%s)
"""


def vector_of(section: str, text: str, language: str) -> str:
    """The words of a passage as a `tsvector`, with their places.

    Made here and not by the database, whose full text takes curly quotes, dashes and no-break
    spaces for letters under some locales: every server keeps and finds the same.
    """
    places: dict[str, list[int]] = {}
    for place, kept in enumerate(lexemes(f"{section}\n{text}", language), 1):
        for lexeme in kept:
            # PostgreSQL keeps 255 places a word, none behind the 16383rd
            places.setdefault(lexeme, []).append(min(place, 16_383))
    return " ".join(f"'{one}':{','.join(map(str, at[:255]))}" for one, at in places.items())


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
