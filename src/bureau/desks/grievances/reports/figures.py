"""Figures about tickets. They count rows and moments, so they stay when contents are erased."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from statistics import median
from typing import Any

from django.db.models import BooleanField, Case, Count, QuerySet, Sum, When
from django.utils import timezone

from bureau.desks.grievances.helpdesk.models import Ticket
from bureau.desks.grievances.helpdesk.services.watching import late_by
from bureau.desks.grievances.helpdesk.tickets.workflow import calendar, state_of


def figures(tickets: QuerySet[Ticket], now: datetime | None = None) -> dict[str, Any]:
    """Counts by state, level, office, resolution and track, how many are late, and median times.

    Times are working hours from filing to the last step's first response and answer.
    """
    moment = now or timezone.now()
    return {
        "total": tickets.count(),
        "overdue": tickets.filter(late_by(moment)).count(),
        "late_steps": tickets.aggregate(n=Sum("late_steps"))["n"] or 0,
        "by_state": _by_state(tickets),
        "by_level": _counts(tickets, "level"),
        "by_office": _counts(tickets, "office__code"),
        "by_track": _counts(tickets, "track"),
        "by_resolution": _counts(tickets.exclude(resolution=""), "resolution"),
        "median_hours_to_response": _median_hours(tickets, "responded_at"),
        "median_hours_to_resolution": _median_hours(tickets, "resolved_at"),
    }


def _counts(tickets: QuerySet[Ticket], field: str) -> dict[str, int]:
    rows = tickets.order_by().values_list(field).annotate(n=Count("id")).order_by(field)
    return {str(value or "none"): n for value, n in rows}


def _by_state(tickets: QuerySet[Ticket]) -> dict[str, int]:
    found: Counter[str] = Counter()
    waiting = Case(When(hearing_on=None, then=False), default=True, output_field=BooleanField())
    rows = tickets.order_by().annotate(hearing=waiting).values_list("grievance__status", "hearing")
    for status, hearing, n in rows.annotate(n=Count("id")):
        found[state_of(status, hearing=hearing)] += n
    return dict(sorted(found.items()))


def _median_hours(tickets: QuerySet[Ticket], field: str) -> float | None:
    hours = calendar()
    ended = tickets.filter(**{f"{field}__isnull": False}).order_by("-id")
    # the newest tell enough, and a year of them would take seconds
    spans = ended.values_list("opened_at", field)[:1_000]
    taken = [hours.between(begin, end).total_seconds() / 3600 for begin, end in spans]
    return round(median(taken), 2) if taken else None
