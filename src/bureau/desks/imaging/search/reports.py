"""Searching reports: in name, item, findings and impression, by the same folding as studies."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, IntegerField, QuerySet, TextField, Value

from bureau.desks.imaging.models import Report
from bureau.desks.imaging.search.folding import fold_case, grams, has_trigram


def matching(rows: QuerySet[Report], term: str) -> QuerySet[Report]:
    """The reports that hold the term; all where it is blank."""
    if not term.strip():
        return rows
    folded = fold_case(term)
    if has_trigram(folded):
        return rows.filter(folded__contains=folded)
    own: Any = Func(
        F("folded"), function="imaging_grams_of_folded", output_field=ArrayField(TextField())
    )
    place: Any = Func(
        F("folded"), Value(folded, TextField()), function="strpos", output_field=IntegerField()
    )
    wanted: Any = {"own__contains": grams(folded), "place__gt": 0}
    return rows.alias(own=own, place=place).filter(**wanted)
