"""Texts that are one slip away from a term: letters swapped, left out, added or mistaken."""

from __future__ import annotations

from typing import Any

from django.db import connection
from rapidfuzz.distance import OSA

from bureau.desks.imaging.search.folding import grams, has_trigram

# texts that share something with the term are looked at, the most alike are taken
CANDIDATES = 5_000
TAKEN = 200
SHORT = 5
Near = tuple[str, str, int]  # field, text, studies
_SHARED = "field IN ('patient_name', 'exam_item') AND n > 0 AND strpos(folded, %s) = 0"


def resembling(folded: str) -> list[Near]:
    """Names and items with a word, or a whole text, that differs from the term by a slip or two.

    A term of up to five characters may differ by one slip, a longer one by two. One character
    resembles nothing: everything is one slip away from it.
    """
    if len(folded) < 2:
        return []
    slips = 1 if len(folded) <= SHORT else 2
    near = []
    for field, text, n, own in _candidates(folded):
        distance = min(OSA.distance(folded, part) for part in (own, *own.split()))
        if distance <= slips:
            near.append((distance, text, field, n))
    return [(field, text, n) for _, text, field, n in sorted(near)[:TAKEN]]


def _candidates(folded: str) -> list[tuple[Any, ...]]:
    """Texts that share a trigram (Latin) or a pair or character (other scripts) with the term."""
    values: list[Any]
    if has_trigram(folded):
        where, values = "%s <%% folded", [folded]
    else:
        where, values = (
            "grams && %s::text[] AND length(folded) <= %s",
            [_shared(folded), len(folded) + 2],
        )
    sql = f"SELECT field, text, n, folded FROM imaging_text WHERE {_SHARED} AND {where} LIMIT {CANDIDATES}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', '0.3', false)")
        cursor.execute(sql, [folded, *values])
        return [tuple(row) for row in cursor.fetchall()]


def _shared(folded: str) -> list[str]:
    """Of a two-character name only one character is left when the other is mistaken."""
    return grams(folded) if len(folded) > 2 else [*grams(folded), *folded]
