"""The watch over all tickets: what is late climbs by itself, and rules that changed are applied."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from bureau.desks.grievances.helpdesk.models import Ticket
from bureau.desks.grievances.helpdesk.services.actions import escalate, locked
from bureau.desks.grievances.helpdesk.tickets.clocks import lateness, recompute_outdated
from bureau.desks.grievances.helpdesk.tickets.opening import open_missing
from bureau.desks.grievances.helpdesk.tickets.workflow import LAST_LEVEL
from bureau.kernel.errors import BureauError
from bureau.kernel.events.log import emit
from bureau.kernel.events.models import Level

BATCH = 200
log = structlog.get_logger(__name__)


def watch(now: datetime | None = None) -> dict[str, int]:
    """One round: open what is missing, recompute by new rules, pass on what is late.

    Doubled or overlapping rounds do no harm: each ticket is looked at again under its lock.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        opened = open_missing()
    return {
        "opened": opened,
        "recomputed": recompute_outdated(),
        "escalated": sum(_pass_on(ticket, moment) for ticket in overdue(moment)[:BATCH]),
    }


def overdue(now: datetime) -> QuerySet[Ticket]:
    """Tickets that missed an answer or its promise of one, the latest first."""
    return (
        Ticket.objects.filter(late_by(now))
        .exclude(level=LAST_LEVEL, breached_at__isnull=False)
        .order_by("resolve_by", "id")
    )


def late_by(now: datetime) -> Q:
    """The condition of being late."""
    unanswered = Q(responded_at=None, respond_by__lt=now)
    return Q(resolved_at=None) & (Q(resolve_by__lt=now) | unanswered)


def _pass_on(ticket: Ticket, now: datetime) -> bool:
    try:
        with locked(ticket) as held:
            late = lateness(held, now)
            if late and held.level < LAST_LEVEL:
                escalate(held, "", late)
                return True
            if late:
                _note_breach(held, late, now)
    except BureauError as problem:
        # one ticket that cannot climb must not keep the others from it
        log.warning("ticket_not_escalated", ticket=str(ticket.uid), code=problem.code)
    return False


def _note_breach(ticket: Ticket, late: str, now: datetime) -> None:
    ticket.breached_at = now
    payload = {"ticket": str(ticket.uid), "level": ticket.level, "reason": late}
    emit(ticket.grievance.stream, "ticket.breached", level=Level.WARNING, payload=payload)
