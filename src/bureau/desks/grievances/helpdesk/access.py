"""The doors to tickets. Denied looks like absent.

An officer sees the tickets of the own offices, and still those that climbed away from them;
sensitive ones only where the seat is named for them. Acting is for the office that has it now.
"""

from __future__ import annotations

import uuid

from django.db.models import Exists, OuterRef, Q, QuerySet

from bureau.desks.grievances.helpdesk.models import Ticket, Track
from bureau.desks.grievances.models import OfficeMember
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.errors import NotAllowed, NotFound
from bureau.kernel.vault.models import Reveal


def tickets_of(user: User) -> QuerySet[Ticket]:
    """The tickets an account may see."""
    tickets = Ticket.objects.select_related(
        "grievance__complainant", "grievance__office", "office", "assignee"
    )
    if user.is_admin:
        return tickets
    if user.role != Role.OFFICER:
        return tickets.none()
    seats = OfficeMember.objects.filter(user=user).filter(
        Q(office=OuterRef("office")) | Q(office=OuterRef("grievance__office"))
    )
    named = seats.filter(handles_sensitive=True)
    return tickets.filter(Q(Exists(seats), grievance__sensitive=False) | Q(Exists(named)))


def ticket_for(user: User, ticket_id: str) -> Ticket:
    """One ticket.

    Raises:
        NotFound: absent, or not this account's.
    """
    try:
        wanted = uuid.UUID(ticket_id)
    except ValueError:
        raise NotFound.matching("Ticket") from None
    found = tickets_of(user).filter(uid=wanted).first()
    if found is None:
        raise NotFound.matching("Ticket")
    return found


def ticket_to_act(user: User, ticket_id: str) -> Ticket:
    """One ticket to decide about.

    Raises:
        NotFound: absent, or not this account's.
        NotAllowed: it climbed to another office; this one may still read.
    """
    found = ticket_for(user, ticket_id)
    if not user.is_admin and not may_be_assigned(user, found):
        raise NotAllowed("The ticket is with another office now.")
    return found


def may_be_assigned(user: User, ticket: Ticket) -> bool:
    """Whether somebody has a seat in the ticket's office that is fit for it."""
    return colleagues_at(ticket).filter(pk=user.pk).exists()


def colleagues_at(ticket: Ticket) -> QuerySet[User]:
    """The officers of the ticket's office who may have it."""
    seats = OfficeMember.objects.filter(user=OuterRef("pk"), office=ticket.office)
    if ticket.track == Track.SENSITIVE or ticket.grievance.sensitive:
        seats = seats.filter(handles_sensitive=True)
    officers = User.objects.filter(Exists(seats), role=Role.OFFICER, is_active=True)
    return officers.order_by("username")


def reveals_for(user: User) -> QuerySet[Reveal]:
    """Every opening of an identity, newest first: auditors and administrators.

    Raises:
        NotAllowed: anyone else.
    """
    if not (user.is_admin or user.role == Role.AUDITOR):
        raise NotAllowed
    return Reveal.objects.filter(subject__startswith="complainant:").order_by("-opened_at")
