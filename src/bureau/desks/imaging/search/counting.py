"""How many studies, in all and by facet: exact, from the kept counts wherever they can say it.

The published rule: a total is always exact. Terms and the four facets are answered from texts and
cells, which change in the statement that changes studies; anything else from the studies. What is
more than a sum over texts is remembered until studies change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.core.cache import cache
from django.db import connection

from bureau.desks.imaging.columns import FACETS
from bureau.desks.imaging.search.conditions import (
    NEVER,
    Condition,
    all_of,
    any_of,
    facet_conditions,
    other_conditions,
)
from bureau.desks.imaging.search.matching import FieldMatch, Hits
from bureau.desks.imaging.search.query import Filter
from bureau.desks.imaging.search.state import state_now

REMEMBERED_SECONDS = 24 * 3600
_KEYS = ", ".join(FACETS)

Counts = dict[str, Any]


def total_of(asked: Filter, hits: Hits | None, *, facets: bool = False) -> int:
    """How many studies the filter means.

    Args:
        facets: whether they will be asked for next: the same counting then tells both.
    """
    if hits is not None and not hits.most:
        return 0
    if asked.is_everything:
        return _all()
    if hits is not None and _is_in_one_column(asked, hits):
        # a study has one text in a column: the sum over them counts nobody twice
        return int(hits.most)
    return int(_counts(asked, hits, facets=facets)["total"])


def _all() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(n), 0) FROM imaging_day")
        return int(cursor.fetchone()[0])


def facets_of(asked: Filter, hits: Hits | None) -> Mapping[str, list[dict[str, Any]]]:
    """Each facet's values with their counts under all other filters, most frequent first."""
    if hits is not None and not hits.most:
        return {option: [] for option in FACETS.values()}
    counts = _counts(asked, hits, facets=True)
    return {option: _shape(counts[name], asked, name) for name, option in FACETS.items()}


def _shape(rows: list[list[Any]], asked: Filter, name: str) -> list[dict[str, Any]]:
    chosen = asked.exact.get(name, ())
    return [{"value": value, "count": n, "selected": value in chosen} for value, n in rows]


def _is_in_one_column(asked: Filter, hits: Hits) -> bool:
    return len(hits.fields) == 1 and hits.exam_ids == () and asked.only_facets and not asked.exact


def _counts(asked: Filter, hits: Hits | None, *, facets: bool) -> Counts:
    key = _key(asked, hits.state if hits is not None else state_now(), facets=facets)
    known: Counts | None = cache.get(key)
    if known is None:
        known = _ask(_source(asked, hits), asked, facets=facets)
        cache.set(key, known, REMEMBERED_SECONDS)
    return known


def _source(asked: Filter, hits: Hits | None) -> Condition:
    """(status, source, item, type, n) of what is meant but for the facets."""
    if asked.only_facets:
        if hits is None:
            return Condition(f"SELECT {_KEYS}, n FROM imaging_cell")
        if _has_cells(hits):
            return _from_cells(hits)
    meant = other_conditions(asked)
    if hits is not None:
        meant.append(any_of(hits.conditions()))
    where = all_of(meant)
    sql = f"SELECT {_KEYS}, 1 AS n FROM medical_examinations_fact WHERE {where.sql}"
    return Condition(sql, where.values)


def _has_cells(hits: Hits) -> bool:
    """Whether cells know the columns that hold the term, or the index of names can stand in."""
    fields = {match.field: match for match in hits.fields if match.field != "patient_name"}
    known = fields.keys() <= {"exam_item", "exam_description"} and hits.exam_ids == ()
    return known and all(match.is_named for match in fields.values())


def _from_cells(hits: Hits) -> Condition:
    fields = {match.field: match for match in hits.fields}
    name = fields.pop("patient_name", None)
    cells = any_of(_cell_condition(match) for match in fields.values())
    sql = f"SELECT {_KEYS}, n FROM imaging_cell WHERE {cells.sql}"
    if name is None:
        return Condition(sql, cells.values)
    named = name.condition(hits.folded)
    others = any_of(match.condition(hits.folded) for match in fields.values()) if fields else NEVER
    # a study that is found by name and by item is counted once, in its cell
    rest = (
        f"SELECT {_KEYS}, 1 FROM medical_examinations_fact "
        f"WHERE {named.sql} AND ({others.sql}) IS NOT TRUE"
    )
    values = (*cells.values, *named.values, *others.values)
    return Condition(f"{sql} UNION ALL {rest}", values)


def _cell_condition(match: FieldMatch) -> Condition:
    if match.field == "exam_item":
        return Condition("exam_item = ANY(%s::text[])", (list(match.named),))
    # a subselect is hashed, where an array would be gone through for each cell
    sql = "description_code IN (SELECT hashtextextended(t, 0) FROM unnest(%s::text[]) t)"
    return Condition(sql, (list(match.named),))


def _ask(source: Condition, asked: Filter, *, facets: bool) -> Counts:
    """One statement: the total, and each facet's counts under the filters of the others."""
    chosen = all_of(facet_conditions(asked))
    parts = [
        Condition(
            f"SELECT 'total', '', coalesce(sum(n), 0) FROM meant WHERE {chosen.sql}", chosen.values
        )
    ]
    for name in FACETS if facets else ():
        others = all_of(facet_conditions(asked, but=name))
        parts.append(
            Condition(
                f"SELECT '{name}', {name}, sum(n) FROM meant WHERE {others.sql} GROUP BY {name}",
                others.values,
            )
        )
    # together first: the facets then look through some hundred groups instead of all studies
    grouped = f"SELECT {_KEYS}, sum(n) AS n FROM ({source.sql}) AS each GROUP BY {_KEYS}"
    meant = grouped if facets else source.sql
    sql = f"WITH meant AS ({meant}) " + " UNION ALL ".join(part.sql for part in parts)
    values = [*source.values, *(value for part in parts for value in part.values)]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return _sorted(cursor.fetchall())


def _sorted(rows: list[tuple[str, str, Any]]) -> Counts:
    found: Counts = {"total": 0, **{name: [] for name in FACETS}}
    for kind, value, n in rows:
        if kind == "total":
            found["total"] = int(n)
        elif value:
            found[kind].append([value, int(n)])
    for name in FACETS:
        found[name].sort(key=lambda row: (-row[1], row[0]))
    return found


def _key(asked: Filter, state: str, *, facets: bool) -> str:
    """Names a count of these studies; a digest, because a term may be a name."""
    text = json.dumps([asdict(asked), facets], sort_keys=True, default=str)
    return f"imaging:{state}:{hashlib.sha256(text.encode()).hexdigest()}"
