"""A filed case becomes a ticket of its office."""

from __future__ import annotations

from bureau.desks.grievances.helpdesk.models import Priority, Ticket, Track
from bureau.desks.grievances.helpdesk.tickets.clocks import begin
from bureau.desks.grievances.models import Grievance
from bureau.kernel.events.log import emit, emitted
from bureau.kernel.events.models import Level
from bureau.kernel.prepared import insert


def open_new_ticket(case: Grievance) -> Ticket:
    """Make a case's ticket, in the transaction that files the case."""
    ticket = Ticket(
        grievance=case,
        track=Track.SENSITIVE if case.sensitive else Track.STANDARD,
        office=case.office,
        priority=Priority.HIGH if case.high_priority else Priority.NORMAL,
        opened_at=case.submitted_at or case.created_at,
    )
    office = case.office.code if case.office else None
    payload = {"ticket": str(ticket.uid), "level": 1, "track": ticket.track, "office": office}
    begin(ticket, emitted(case.stream, "ticket.opened", payload=payload))
    if office is None:
        # administrators see it at /tickets?office=none
        payload = {"ticket": str(ticket.uid), "district": case.district}
        emit(case.stream, "ticket.without_office", level=Level.WARNING, payload=payload)
    return insert(ticket)


def open_missing(limit: int = 200) -> int:
    """Tickets for filed cases that have none, such as those of an older release; in a transaction."""
    without = Grievance.objects.filter(is_draft=False, ticket=None).order_by("id")
    # a round that runs at the same time leaves these alone
    held = without.held(skip_locked=True).select_related("office")
    return len([open_new_ticket(case) for case in held[:limit]])
