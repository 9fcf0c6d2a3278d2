"""The search indexes during a large import into a table that is all but empty.

They go before its transaction and come back in it, from all rows at once. Readers are not kept out: the few
studies that are there are found without an index meanwhile. An import that is killed in between
leaves them aside; whatever comes first, the next import or a start of the web process, builds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

APPLYING = "imaging.apply"


@contextmanager
def out_of_the_way(rows: int) -> Iterator[None]:
    """Around the transaction that brings so many rows; it calls `build` itself when they are in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT imaging_set_indexes_aside(%s)", [rows])
    try:
        yield
    except BaseException:
        put_back()
        raise


def build() -> None:
    """Build what is aside, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT imaging_build_indexes()")


def put_back() -> None:
    """Build what an import left aside that did not end; nothing while one is being applied."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT imaging_build_indexes() WHERE pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
            [APPLYING],
        )
