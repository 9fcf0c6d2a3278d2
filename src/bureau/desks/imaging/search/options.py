"""What can be chosen in each filter: read from the kept texts, so an import is seen at once.

Every answer of a search carries the options. They change only when studies do, so a process
remembers them for the state it read them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.db import connection

from bureau.desks.imaging.columns import FACETS, OTHER_OPTIONS

MOST_DESCRIPTIONS = 100


@lru_cache(maxsize=4)
def options(state: str) -> Mapping[str, list[str]]:
    """The four lists of the contract, ascending, without blanks.

    Args:
        state: read before; the lists are those of these studies or of newer ones.
    """
    del state
    return _options(FACETS)


def all_options() -> dict[str, list[str]]:
    """The contract's four, then rooms, equipments and the first hundred descriptions."""
    found = {**_options(FACETS), **_options(OTHER_OPTIONS)}
    sql = (
        "SELECT text FROM imaging_text WHERE field = 'exam_description' AND n > 0 "
        "ORDER BY text LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [MOST_DESCRIPTIONS])
        return {**found, "exam_descriptions": [row[0] for row in cursor.fetchall()]}


def _options(names: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {option: [] for option in names.values()}
    sql = "SELECT field, text FROM imaging_text WHERE field = ANY(%s) AND n > 0 ORDER BY text"
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(names)])
        for field, text in cursor.fetchall():
            found[names[field]].append(text)
    return found
