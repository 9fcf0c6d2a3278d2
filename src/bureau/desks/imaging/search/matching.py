"""Which texts a term is in: the first half of a search.

A million studies hold a few ten thousand distinct names and a few hundred items. The term is
looked up among those, by trigrams or by pairs of characters; the studies follow by equality.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from django.db import connection

from bureau.desks.imaging.columns import SEARCHED, SEARCHED_TOO
from bureau.desks.imaging.search.conditions import Condition, any_of, one_of
from bureau.desks.imaging.search.folding import fold, fold_case, grams, has_trigram, like_pattern
from bureau.desks.imaging.search.query import Filter
from bureau.desks.imaging.search.state import NONE, WRITTEN
from bureau.desks.imaging.search.typos import resembling

# more texts than this are not named one by one: every study is asked whether it holds the term
NAMED = 3_000
IDENTIFIED = "imaging_ids(exam_id, medical_record_no, application_order_no) LIKE %s"


@dataclass(frozen=True)
class FieldMatch:
    """One column's texts that hold the term.

    Attributes:
        studies: how many studies hold one of them.
        texts: the texts; None where they are too many to name.
        resembling: texts that do not hold the term and look like it.
    """

    field: str
    studies: int
    texts: tuple[str, ...] | None
    resembling: tuple[str, ...] = ()

    @property
    def is_named(self) -> bool:
        """Whether every text is known by name."""
        return self.texts is not None

    @property
    def named(self) -> tuple[str, ...]:
        """All texts that are known by name."""
        return (*(self.texts or ()), *self.resembling)

    def condition(self, folded: str, *, walking: bool = False) -> Condition:
        """True for the studies of this match.

        Args:
            folded: the term.
            walking: few studies will be asked, so that asking each is cheaper than a list of texts.
        """
        if self.is_named:
            return one_of(self.field, self.named)
        holds = self._holds(folded, walking=walking)
        return any_of([holds, *([one_of(self.field, self.named)] if self.named else [])])

    def _holds(self, folded: str, *, walking: bool) -> Condition:
        if walking:
            # folding is dear: the kept text of the study is looked up, one by one
            kept = f"SELECT folded FROM imaging_text WHERE field = %s AND md5(text) = md5({self.field})"
            return Condition(f"({kept}) LIKE %s", (self.field, like_pattern(folded)))
        texts = lookup(folded)
        sql = f"SELECT text FROM imaging_text WHERE field = %s AND n > 0 AND {texts.sql}"
        return Condition(f"{self.field} IN ({sql})", (self.field, *texts.values))


@dataclass(frozen=True)
class Hits:
    """What a term was found in."""

    folded: str
    fields: tuple[FieldMatch, ...]
    # studies whose identifiers hold the term; None where they are too many to name
    exam_ids: tuple[str, ...] | None = ()
    # see `state`: the studies that were looked through
    state: str = NONE
    # the term as numbers are compared: case and width only
    number: str = ""

    @property
    def most(self) -> float:
        """No more studies than this are meant: some may be found in two columns."""
        by_number = inf if self.exam_ids is None else len(self.exam_ids)
        return sum(field.studies for field in self.fields) + by_number

    @property
    def is_named(self) -> bool:
        """Whether every text and number is known by name."""
        return self.exam_ids is not None and all(field.is_named for field in self.fields)

    def conditions(self, *, walking: bool = False) -> list[Condition]:
        """One condition a column; a study is meant where one of them is true."""
        found = [field.condition(self.folded, walking=walking) for field in self.fields]
        if self.exam_ids is None:
            found.append(Condition(IDENTIFIED, (like_pattern(self.number),)))
        elif self.exam_ids:
            found.append(Condition("exam_id = ANY(%s::text[])", (list(self.exam_ids),)))
        return found


def hits_of(asked: Filter) -> Hits | None:
    """Look the term up; None where there is no term."""
    if not asked.q:
        return None
    folded = fold(asked.q)
    columns = (*SEARCHED, *(SEARCHED_TOO if asked.everywhere else ()))
    state, matches = _holding(folded, columns)
    found = {match.field: match for match in matches}
    if asked.typo:
        found = _with_resembling(found, folded)
    number = fold_case(asked.q)
    ids = _by_identifier(number) if asked.everywhere else ()
    return Hits(folded, tuple(found.values()), ids, state, number)


def lookup(folded: str) -> Condition:
    """True for the kept texts that hold the term; the form decides which index answers."""
    if has_trigram(folded):
        return Condition("folded LIKE %s", (like_pattern(folded),))
    return Condition("grams @> %s::text[] AND strpos(folded, %s) > 0", (grams(folded), folded))


def _holding(folded: str, columns: tuple[str, ...]) -> tuple[str, list[FieldMatch]]:
    """The state of the studies and each column's texts, in one statement."""
    where = lookup(folded)
    sql = f"""
        SELECT state, field, studies, texts FROM ({WRITTEN}) AS written LEFT JOIN (
            SELECT field, sum(n) AS studies,
                CASE WHEN count(*) <= {NAMED} THEN array_agg(text) END AS texts
            FROM imaging_text WHERE {where.sql} AND field = ANY(%s) AND n > 0 GROUP BY field
        ) AS holding ON true
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [*where.values, list(columns)])
        rows = cursor.fetchall()
    found = [
        FieldMatch(field, int(studies), None if texts is None else tuple(texts))
        for _, field, studies, texts in rows
        if field
    ]
    return (rows[0][0] if rows else NONE), found


def _with_resembling(found: dict[str, FieldMatch], folded: str) -> dict[str, FieldMatch]:
    """Add texts of names and items that look like the term; nothing is taken away."""
    near = resembling(folded)
    for field in {field for field, _, _ in near}:
        exact = found.get(field) or FieldMatch(field, 0, ())
        studies = exact.studies + sum(n for name, _, n in near if name == field)
        texts = tuple(text for name, text, _ in near if name == field)
        found[field] = FieldMatch(field, studies, exact.texts, texts)
    return found


def _by_identifier(folded: str) -> tuple[str, ...] | None:
    """Studies one of whose numbers holds the term; None where they are too many to name."""
    if not has_trigram(folded):
        return None
    sql = f"SELECT exam_id FROM medical_examinations_fact WHERE {IDENTIFIED} LIMIT {NAMED + 1}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [like_pattern(folded)])
        found = tuple(row[0] for row in cursor.fetchall())
    return found if len(found) <= NAMED else None
