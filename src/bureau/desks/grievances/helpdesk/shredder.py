"""What erasing and exporting a person means for tickets: the officers' words about their cases."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from bureau.desks.grievances.helpdesk.models import TicketNote
from bureau.desks.grievances.models import Grievance
from bureau.kernel.vault.shredders import Person


def erase_notes(person: Person) -> int:
    """Blank the notes on the person's cases; the tickets and their moments stay as figures."""
    return _notes_about(person).update(text="")


def export_notes(person: Person) -> list[dict[str, Any]]:
    """What was noted about the person's cases."""
    notes = _notes_about(person).select_related("ticket__grievance").order_by("at")
    return [
        {
            "case": note.ticket.grievance.grievance_id,
            "kind": note.kind,
            "text": note.text,
            "at": note.at,
        }
        for note in notes
    ]


def forget_notes(case: Grievance) -> int:
    """Blank the notes on one case, when its content is erased."""
    return TicketNote.objects.filter(ticket__grievance=case).update(text="")


def _notes_about(person: Person) -> QuerySet[TicketNote]:
    wanted = Q(pk__in=[])
    if person.phone:
        wanted |= Q(ticket__grievance__complainant__phone_index=person.phone)
    if person.email:
        wanted |= Q(ticket__grievance__complainant__email_index=person.email)
    if person.reference:
        name = person.reference.strip().upper()
        wanted |= Q(ticket__grievance__complainant__complainant_id=name)
        wanted |= Q(ticket__grievance__grievance_id=name)
    return TicketNote.objects.filter(wanted)
