"""What erasing and exporting a person means for complaints and their tickets."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Q, QuerySet

from bureau.desks.grievances.cases.complainants import FIELDS
from bureau.desks.grievances.helpdesk.models import TicketNote
from bureau.desks.grievances.helpdesk.services.erasing import erase_complainant
from bureau.desks.grievances.helpdesk.tickets.identity import reveals_of
from bureau.desks.grievances.models import Change, Complainant, Grievance
from bureau.kernel.vault.shredders import Person


def erase_complaints(person: Person) -> int:
    """Erase the complainants who are this person, with the content of all their cases."""
    return sum(erase_complainant(one) for one in complainants_of(person))


def export_complaints(person: Person) -> list[dict[str, Any]]:
    """What the desk holds about this person: a record for each complainant."""
    return [
        {
            "complainant_id": one.complainant_id,
            **{name: getattr(one, name) for name in FIELDS},
            "complaints": [_case_record(case) for case in one.grievances.order_by("id")],
        }
        for one in complainants_of(person)
    ]


def complainants_of(person: Person) -> QuerySet[Complainant]:
    """By phone or e-mail in any spelling, by their number, or by the number of a case."""
    wanted = Q(pk__in=[])
    if person.phone:
        wanted |= Q(phone_index=person.phone)
    if person.email:
        wanted |= Q(email_index=person.email)
    if person.reference:
        name = person.reference.strip().upper()
        wanted |= Q(complainant_id=name) | Q(grievances__grievance_id=name)
    return Complainant.objects.filter(wanted).distinct().order_by("id")


def _case_record(case: Grievance) -> dict[str, Any]:
    notes = TicketNote.objects.filter(ticket__grievance=case).order_by("id")
    return {
        "grievance_id": case.grievance_id,
        "description": case.description,
        "summary": case.summary,
        "location": case.location,
        "claimed_amount": case.claimed_amount,
        "categories": case.categories,
        "place": [case.province, case.district, case.municipality, case.ward, case.village],
        "status": case.status or "DRAFT",
        "submitted_at": case.submitted_at,
        "files": [one.name for one in case.attachments.order_by("id")],
        "history": [_change_record(one) for one in case.history.order_by("id")],
        "notes": [{"kind": one.kind, "text": one.text, "at": one.at} for one in notes],
        "identity_opened": [one.opened_at for one in reveals_of(case)],
    }


def _change_record(change: Change) -> dict[str, Any]:
    return {
        "status": change.status_code,
        "notes": change.notes,
        "fields": json.loads(change.field_changes) if change.field_changes else None,
        "at": change.created_at,
    }
