"""One page of studies: the second half of a search.

How many studies are meant is known before the page is looked for, so the way is chosen by fact:
few are collected and sorted, many are met soon when walking along the order asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from bureau.desks.imaging.columns import COLUMNS
from bureau.desks.imaging.search.conditions import (
    Condition,
    all_of,
    any_of,
    facet_conditions,
    other_conditions,
)
from bureau.desks.imaging.search.counting import facets_of, total_of
from bureau.desks.imaging.search.matching import Hits, hits_of
from bureau.desks.imaging.search.query import Filter, StudyQuery, invalid
from bureau.desks.imaging.search.state import state_now

# up to here collecting costs a few milliseconds; above, walking meets a page sooner
COLLECTED = 10_000
TABLE = "medical_examinations_fact"
# sort -> columns, direction; the number of the study makes every order total
_ORDERS = {
    "order_datetime_desc": ("order_datetime", "DESC"),
    "order_datetime_asc": ("order_datetime", "ASC"),
    "patient_name_asc": ("patient_name", "ASC"),
}
Row = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """A page of studies as columns by name, the exact total, and facets where they were asked for.

    `state` names the studies that were looked through: see `search.state`.
    """

    state: str
    rows: list[Row]
    total: int
    facets: dict[str, Any] | None
    hits: Hits | None


def find(asked: StudyQuery) -> Found:
    """Search.

    Raises:
        InvalidInput: `after` names no study any more.
    """
    hits = hits_of(asked.filter)
    state = hits.state if hits is not None else state_now()
    total = total_of(asked.filter, hits, facets=asked.facets)
    rows: list[Row] = []
    if asked.offset < total or asked.after is not None:
        rows = _page(asked, hits, total)
    facets = dict(facets_of(asked.filter, hits)) if asked.facets else None
    return Found(state, rows, total, facets, hits)


def meant(asked: Filter, hits: Hits | None, *, walking: bool = False) -> Condition:
    """True for the studies a filter means; `walking` as in `FieldMatch.condition`."""
    parts = [*facet_conditions(asked), *other_conditions(asked)]
    if hits is not None:
        parts.append(any_of(hits.conditions(walking=walking)))
    return all_of(parts)


def _page(asked: StudyQuery, hits: Hits | None, total: int) -> list[Row]:
    if hits is not None and hits.is_named and hits.most <= COLLECTED:
        return _collect(asked, _named(asked, hits))
    if total <= COLLECTED and (hits is not None or not asked.filter.only_facets):
        where = meant(asked.filter, hits)
        return _collect(asked, Condition(_select(asked, where), where.values))
    if asked.filter.is_everything and asked.after is None and asked.sort != "patient_name_asc":
        return _jump(asked)
    return _walk(asked, meant(asked.filter, hits, walking=True), asked.offset)


def _named(asked: StudyQuery, hits: Hits) -> Condition:
    """The studies of each column's texts by that column's index, put together without doubles."""
    others = [*facet_conditions(asked.filter), *other_conditions(asked.filter)]
    parts = [all_of([condition, *others]) for condition in hits.conditions()]
    sql = " UNION ".join(_select(asked, part) for part in parts)
    return Condition(sql, tuple(value for part in parts for value in part.values))


def _select(asked: StudyQuery, where: Condition) -> str:
    # nothing else, so that the index of a name or item has all of it
    column, _ = _ORDERS[asked.sort]
    return f"SELECT exam_id, {column} FROM {TABLE} WHERE {where.sql}"


def _collect(asked: StudyQuery, source: Condition) -> list[Row]:
    """Bring all together first: an index in the order asked for would be walked in vain."""
    order, behind = _order(asked), _behind(asked)
    sql = (
        f"WITH meant AS MATERIALIZED ({source.sql}) SELECT exam_id FROM meant "
        f"WHERE {behind.sql} ORDER BY {order} LIMIT %s OFFSET %s"
    )
    return _shown(asked, sql, [*source.values, *behind.values, asked.page_size, _offset(asked)])


def _walk(asked: StudyQuery, where: Condition, offset: int) -> list[Row]:
    order, behind = _order(asked), _behind(asked)
    sql = (
        f"SELECT exam_id FROM {TABLE} WHERE {where.sql} AND {behind.sql} "
        f"ORDER BY {order} LIMIT %s OFFSET %s"
    )
    skipped = 0 if asked.after is not None else offset
    return _shown(asked, sql, [*where.values, *behind.values, asked.page_size, skipped])


def _jump(asked: StudyQuery) -> list[Row]:
    """A page of all studies by date: begin on the day it begins, which the kept days tell."""
    descending = asked.sort == "order_datetime_desc"
    day, before = _day_at(asked.offset, descending=descending)
    bound = (
        Condition("order_datetime < %s", (datetime.combine(day + timedelta(days=1), time()),))
        if descending
        else Condition("order_datetime >= %s", (datetime.combine(day, time()),))
    )
    return _walk(asked, bound, asked.offset - before)


def _day_at(offset: int, *, descending: bool) -> tuple[date, int]:
    """The day on which the study at this place was ordered, and how many stand before that day."""
    order = "DESC" if descending else "ASC"
    sql = f"""
        SELECT day, before FROM (
            SELECT day, sum(n) OVER (ORDER BY day {order}) - n AS before FROM imaging_day
        ) AS days WHERE before <= %s ORDER BY before DESC LIMIT 1
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [offset])
        day, before = cursor.fetchone()
    return day, int(before)


def _order(asked: StudyQuery) -> str:
    column, direction = _ORDERS[asked.sort]
    return f"{column} {direction}, exam_id {direction}"


def _behind(asked: StudyQuery) -> Condition:
    """True behind the study that `after` names."""
    if not asked.after:
        return Condition("true")
    column, direction = _ORDERS[asked.sort]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {TABLE} WHERE exam_id = %s", [asked.after])
        row = cursor.fetchone()
    if row is None:
        raise invalid("after names no study; begin again without it")
    sign = "<" if direction == "DESC" else ">"
    return Condition(f"({column}, exam_id) {sign} (%s, %s)", (row[0], asked.after))


def _offset(asked: StudyQuery) -> int:
    return 0 if asked.after is not None else asked.offset


def _shown(asked: StudyQuery, numbers: str, values: list[Any]) -> list[Row]:
    """The studies of a page: their numbers come first, so that only these rows are fetched whole."""
    sql = (
        f"SELECT {', '.join(COLUMNS)} FROM ({numbers}) AS page JOIN {TABLE} USING (exam_id) "
        f"ORDER BY {_order(asked)}"
    )
    return _rows(sql, values)


def study_row(exam_id: str) -> Row | None:
    """The study with this number."""
    found = _rows(f"SELECT {', '.join(COLUMNS)} FROM {TABLE} WHERE exam_id = %s", [exam_id])
    return found[0] if found else None


def _rows(sql: str, values: list[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]
