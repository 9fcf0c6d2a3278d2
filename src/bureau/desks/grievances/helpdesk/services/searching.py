"""Searching tickets by what is not sealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db.models import Q, QuerySet
from django.utils import timezone

from bureau.desks.grievances.helpdesk.models import Priority, Ticket, Track
from bureau.desks.grievances.helpdesk.services.watching import late_by
from bureau.desks.grievances.helpdesk.tickets.workflow import HEARING, STATES, statuses_of
from bureau.desks.grievances.ids import canonical, short_of
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import InvalidInput

STATE_NAMES = tuple(dict.fromkeys([*STATES.values(), HEARING]))
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


def matching(tickets: QuerySet[Ticket], user: User, asked: Mapping[str, str]) -> QuerySet[Ticket]:
    """The tickets that match every filter, newest first. Without `track` only standard ones.

    Raises:
        InvalidInput: a filter's value that cannot be one.
    """
    asked = {"track": str(Track.STANDARD), **{k: v for k, v in asked.items() if v.strip()}}
    for name, condition in FILTERS.items():
        if name in asked:
            tickets = tickets.filter(condition(asked[name].strip(), user))
    return tickets.order_by("-id")


def _state(value: str, user: User) -> Q:
    state = value.upper()
    if state not in STATE_NAMES:
        raise _wrong("state", f"One of {', '.join(STATE_NAMES)}.")
    found = Q(grievance__status__in=statuses_of(state))
    if state in (HEARING, "IN_PROGRESS", "ESCALATED"):
        found &= Q(hearing_on__isnull=state != HEARING)
    return found


def _track(value: str, user: User) -> Q:
    if value not in Track.values:
        raise _wrong("track", "standard or sensitive.")
    return Q(track=value)


def _level(value: str, user: User) -> Q:
    if value not in ("1", "2", "3", "4"):
        raise _wrong("level", "1 to 4.")
    return Q(level=int(value))


def _assignee(value: str, user: User) -> Q:
    if value == "me":
        return Q(assignee=user)
    if value == "none":
        return Q(assignee=None)
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise _wrong("assignee", "me, none, or the number of an account.")
    return Q(assignee=int(value))


def _overdue(value: str, user: User) -> Q:
    if value.lower() not in _FLAGS:
        raise _wrong("overdue", "true or false.")
    late = late_by(timezone.now())
    return late if _FLAGS[value.lower()] else ~late


def _priority(value: str, user: User) -> Q:
    if value.upper() not in Priority.values:
        raise _wrong("priority", "NORMAL or HIGH.")
    return Q(priority=value.upper())


def _office(value: str, user: User) -> Q:
    return Q(office=None) if value.lower() == "none" else Q(office__code__iexact=value)


def _case(value: str, user: User) -> Q:
    name = canonical(value) or ""
    return Q(grievance__grievance_id=name) | Q(grievance__short_id=short_of(name))


def _wrong(name: str, sentence: str) -> InvalidInput:
    return InvalidInput(fields={name: [sentence]})


FILTERS: Mapping[str, Callable[[str, User], Q]] = {
    "state": _state,
    "track": _track,
    "level": _level,
    "assignee": _assignee,
    "overdue": _overdue,
    "priority": _priority,
    "case": _case,
    "office": _office,
    "province": lambda value, user: Q(grievance__province__iexact=value),
    "district": lambda value, user: Q(grievance__district__iexact=value),
    "municipality": lambda value, user: Q(grievance__municipality__iexact=value),
    "category": lambda value, user: Q(grievance__categories__contains=[value]),
}
