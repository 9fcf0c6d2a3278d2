"""The first search of a process, made before anybody asks: nothing of it leaves the house."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from django.db import OperationalError, connection, transaction

from bureau.desks.imaging.importing.indexes import put_back
from bureau.desks.imaging.search.finding import TABLE, find
from bureau.desks.imaging.search.options import options
from bureau.desks.imaging.search.query import Filter, StudyQuery

# in Latin letters and in Chinese, long and short: the ways by trigrams and by pairs
TERMS = ("", "maria", "ng", "王", "電腦斷層")
READ_SECONDS = 3


def warm_search() -> None:
    """Plan and read as a search does, so that code, studies and upper index pages are there."""
    put_back()
    _read_studies()
    for term in TERMS:
        asked = StudyQuery(Filter(q=term))
        options(find(asked).state)
        find(replace(asked, facets=True))


def _read_studies() -> None:
    """Read the table once in its own order, which a disk does a hundred times as fast as in a search's.

    PostgreSQL itself reads back what it had in memory; this is for what it had not.
    """
    with suppress(OperationalError), transaction.atomic(), connection.cursor() as cursor:
        # a table too large for the time is read in part
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{READ_SECONDS}s"])
        cursor.execute(f"SELECT count(exam_description) FROM {TABLE}")
