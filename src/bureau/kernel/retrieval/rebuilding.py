"""Writing the words of passages anew after another release cuts or stems them in another way.

Batch by batch, each in a transaction of its own, while the house is searched: a passage is found by
its old words until its new ones are there. A run that was stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection

from bureau.kernel.retrieval.models import WORDS_VERSION, Chunk
from bureau.kernel.retrieval.terms import vector_of

AT_ONCE = 500


def rebuild_words(report: Callable[[int], None] = lambda done: None) -> int:
    """Bring every passage's words to this release; returns how many were written."""
    done = 0
    waiting = Chunk.objects.filter(search_version__lt=WORDS_VERSION).order_by(
        "search_version", "pk"
    )
    while rows := list(waiting.values_list("pk", "section", "text", "language")[:AT_ONCE]):
        vectors = [vector_of(*row[1:]) for row in rows]
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [WORDS_VERSION, [row[0] for row in rows], vectors])
        done += len(rows)
        report(done)
    return done


_WRITE = """
UPDATE retrieval_chunk SET search = made.words::tsvector, search_version = %s
FROM unnest(%s::uuid[], %s::text[]) AS made(id, words)
WHERE retrieval_chunk.id = made.id
"""
