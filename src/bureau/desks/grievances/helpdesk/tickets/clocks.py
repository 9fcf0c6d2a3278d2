"""Keeping the searchable moments of a ticket in step with its log and the rules."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from bureau.desks.grievances.helpdesk.models import Ticket, Track
from bureau.desks.grievances.helpdesk.tickets.clock import (
    ESCALATED,
    OPENED,
    STATUS_CHANGED,
    Line,
    Step,
    fingerprint,
    steps_of,
)
from bureau.desks.grievances.helpdesk.tickets.workflow import calendar, rules_of
from bureau.desks.grievances.models import Grievance
from bureau.desks.grievances.statuses import Status
from bureau.kernel.events.models import Event

_READ = (OPENED, ESCALATED, STATUS_CHANGED)
_KEPT = (
    "respond_by",
    "resolve_by",
    "responded_at",
    "resolved_at",
    "late_steps",
    "breached_at",
    "rules",
)


def steps(ticket: Ticket) -> list[Step]:
    """The steps of a ticket's clock, computed from the log by the rules of today."""
    return steps_of(_lines(ticket.grievance.stream), rules_of(ticket.track), calendar())


def _lines(stream: str) -> list[Line]:
    events = Event.objects.filter(stream=stream, type__in=_READ).order_by("id")
    return [_line(event) for event in events]


def _line(event: Event) -> Line:
    facts = event.payload
    return Line(event.type, event.at, level=facts.get("level"), status=facts.get("status", ""))


def begin(ticket: Ticket, opened: Event) -> None:
    """Set the moments of a ticket that was just opened; nothing is saved."""
    _set_moments(ticket, [_line(opened)])


def refresh(ticket: Ticket) -> None:
    """Compute a ticket's moments anew; call it in the transaction that changed the log."""
    if lines := _lines(ticket.grievance.stream):
        _set_moments(ticket, lines)
        ticket.save(update_fields=_KEPT)


def _set_moments(ticket: Ticket, lines: list[Line]) -> None:
    rules, hours = rules_of(ticket.track), calendar()
    found = steps_of(lines, rules, hours)
    if not found:
        return
    last = found[-1]
    ticket.respond_by, ticket.resolve_by = last.respond_by, last.resolve_by
    ticket.responded_at, ticket.resolved_at = last.responded_at, last.resolved_at
    ticket.late_steps = sum(bool(step.ended_at and step.lateness(step.ended_at)) for step in found)
    if ticket.breached_at and ticket.breached_at < last.began_at:
        ticket.breached_at = None
    ticket.rules = fingerprint(rules, hours)


def case_moved(case: Grievance) -> None:
    """A case's status was changed, by whichever door: its ticket's clock follows."""
    ticket = Ticket.objects.filter(grievance=case).select_related("grievance").first()
    if ticket is None:
        return
    if case.status == Status.DISPUTED and ticket.resolution:
        # what it was resolved as is what the complainant objects to
        ticket.resolution = ""
        ticket.save(update_fields=["resolution"])
    refresh(ticket)


def recompute_outdated(limit: int = 500) -> int:
    """Refresh tickets whose moments were computed by other rules; returns how many."""
    done = 0
    for track in Track.values:
        outdated = Ticket.objects.filter(track=track).exclude(rules=current_rules(track))
        for ticket in outdated.select_related("grievance").order_by("id")[:limit]:
            refresh(ticket)
            done += 1
    return done


def current_rules(track: str) -> str:
    """The mark of today's rules and calendar."""
    return fingerprint(rules_of(track), calendar())


def lateness(ticket: Ticket, now: datetime | None = None) -> str:
    """What the running step has missed: `resolution`, `response` or nothing."""
    moment = now or timezone.now()
    if ticket.resolved_at is not None:
        return ""
    if ticket.resolve_by and ticket.resolve_by < moment:
        return "resolution"
    if ticket.responded_at is None and ticket.respond_by and ticket.respond_by < moment:
        return "response"
    return ""
