"""A filed case becomes a ticket of its office."""

from __future__ import annotations

from bureau.desks.grievances.helpdesk.models import Priority, Ticket, Track
from bureau.desks.grievances.helpdesk.services.clocks import refresh
from bureau.desks.grievances.models import Grievance
from bureau.kernel.events.log import emit


def open_ticket(case: Grievance) -> Ticket:
    """The ticket of a case, made now if there is none; in the transaction that files the case."""
    track = Track.SENSITIVE if case.sensitive else Track.STANDARD
    ticket, is_new = Ticket.objects.get_or_create(
        grievance=case,
        defaults={
            "track": track,
            "office": case.office,
            "priority": Priority.HIGH if case.high_priority else Priority.NORMAL,
            "opened_at": case.submitted_at or case.created_at,
        },
    )
    if is_new:
        office = case.office.code if case.office else None
        payload = {"ticket": str(ticket.uid), "level": 1, "track": track, "office": office}
        emit(case.stream, "ticket.opened", payload=payload)
        refresh(ticket)
    return ticket


def open_missing(limit: int = 200) -> int:
    """Tickets for filed cases that have none, such as those of an older release."""
    without = Grievance.objects.filter(is_draft=False, ticket=None).order_by("id")[:limit]
    return len([open_ticket(case) for case in without.select_related("office")])
