"""Pieces of a WHERE clause with their values, and how they join."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from bureau.desks.imaging.columns import FACETS
from bureau.desks.imaging.search.query import Filter

DESCRIPTION_CODE = "hashtextextended(exam_description, 0)"


class Condition(NamedTuple):
    """SQL with `%s` places, and what stands there."""

    sql: str
    values: tuple[Any, ...] = ()


NEVER = Condition("false")


def all_of(conditions: Iterable[Condition]) -> Condition:
    """True where every one is; true where there is none."""
    return _joined(conditions, " AND ", "true")


def any_of(conditions: Iterable[Condition]) -> Condition:
    """True where one is; false where there is none."""
    return _joined(conditions, " OR ", "false")


def _joined(conditions: Iterable[Condition], word: str, empty: str) -> Condition:
    parts = list(conditions)
    if not parts:
        return Condition(empty)
    values = tuple(value for part in parts for value in part.values)
    return Condition(word.join(f"({part.sql})" for part in parts), values)


def one_of(column: str, texts: Collection[str]) -> Condition:
    """The column holds one of these texts; written so that its index is used."""
    if column == "exam_description":
        codes = f"{DESCRIPTION_CODE} = ANY(ARRAY(SELECT hashtextextended(t, 0) FROM unnest(%s::text[]) t))"
        return Condition(codes, (list(texts),))
    if len(texts) == 1:
        # an index on the column and the order is walked in order only for a single value
        return Condition(f"{column} = %s", tuple(texts))
    return Condition(f"{column} = ANY(%s::text[])", (list(texts),))


def facet_conditions(asked: Filter, but: str = "") -> list[Condition]:
    """The four facets' filters, without the one of `but`."""
    chosen = (name for name in FACETS if name in asked.exact and name != but)
    return [one_of(name, asked.exact[name]) for name in chosen]


def other_conditions(asked: Filter) -> list[Condition]:
    """Every filter but the term and the four facets."""
    found = [one_of(name, values) for name, values in asked.exact.items() if name not in FACETS]
    bounds = (
        ("patient_age >= %s", asked.age_min),
        ("patient_age <= %s", asked.age_max),
        ("order_datetime >= %s", asked.since),
        ("order_datetime < %s", asked.until),
    )
    found += [Condition(sql, (value,)) for sql, value in bounds if value is not None]
    if asked.exam_ids:
        found.append(Condition("exam_id = ANY(%s::text[])", (list(asked.exam_ids),)))
    return found
