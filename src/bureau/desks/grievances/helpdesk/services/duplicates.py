"""Cases that may tell of the same thing: near in place and time, and alike in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from rapidfuzz import fuzz, utils

from bureau.desks.grievances.models import Grievance

WITHIN = timedelta(days=180)
# compared in memory: the words are sealed in the database
MOST_COMPARED = 400
LEAST_SCORE = 60.0


@dataclass(frozen=True)
class Suggestion:
    """A case that may be the same; `score` is 0 to 100."""

    case: Grievance
    score: float


def suggest(case: Grievance, among: QuerySet[Grievance], *, limit: int = 5) -> list[Suggestion]:
    """The likeliest duplicates of a case, best first.

    Args:
        among: the cases that the viewer may see; sensitive ones are compared with sensitive ones.
    """
    moment = case.submitted_at or case.created_at
    near = among.filter(
        district=case.district,
        sensitive=case.sensitive,
        is_draft=False,
        erased_at=None,
        submitted_at__range=(moment - WITHIN, moment + WITHIN),
    ).exclude(pk=case.pk)
    scored = [
        Suggestion(other, likeness(case, other))
        for other in near.order_by("-submitted_at")[:MOST_COMPARED]
    ]
    found = [one for one in scored if one.score >= LEAST_SCORE]
    return sorted(found, key=lambda one: -one.score)[:limit]


def likeness(one: Grievance, other: Grievance) -> float:
    """0 to 100: words count for 75, categories for 15, the municipality and ward for 10."""
    words = fuzz.token_set_ratio(
        one.description, other.description, processor=utils.default_process
    )
    same_place = (one.municipality or "-").casefold() == other.municipality.casefold()
    place = 5.0 * same_place + 5.0 * (same_place and one.ward == other.ward)
    return 0.75 * words + 15.0 * _overlap(one.categories, other.categories) + place


def _overlap(one: list[str], other: list[str]) -> float:
    together = set(one) | set(other)
    return len(set(one) & set(other)) / len(together) if together else 0.0
