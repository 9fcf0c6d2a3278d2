"""What erasing and exporting a person means at this desk: content goes, statistics stay."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from bureau.desks.grievances import shapes
from bureau.desks.grievances.ids import canonical
from bureau.desks.grievances.models import Complainant, Grievance, Receipt, Transcription
from bureau.desks.grievances.services.people import FIELDS, make_anonymous
from bureau.kernel.events.log import emit
from bureau.kernel.files.services import delete_file
from bureau.kernel.vault.shredders import Person

_SAID = ("description", "summary", "location", "follow_up_question", "village")


def erase_complainants(person: Person) -> int:
    """Forget a person and what they said; returns how many rows changed.

    Place, dates, status, categories and office of the cases stay, and their lines of history without
    words: counts do not change.
    """
    changed = 0
    for one in _matching(person).select_for_update():
        for case in one.grievances.select_for_update(of=("self",)):
            changed += _erase_case(case)
        make_anonymous(one)
        one.erased_at = timezone.now()
        one.save()
        changed += 1
    return changed


def _erase_case(case: Grievance) -> int:
    for name in _SAID:
        setattr(case, name, "")
    case.claimed_amount = None
    case.is_anonymous, case.erased_at, case.session_id = True, timezone.now(), ""
    case.save()
    for line in case.history.all():
        line.notes = ""
        line.field_changes = ""
        line.save()
    case.translations.all().delete()
    case.relayed.all().delete()
    Receipt.objects.filter(grievance=case).delete()
    files = [one.stored for one in case.attachments.select_related("stored") if one.stored]
    case.attachments.all().delete()
    for stored in files:
        delete_file(stored)
    emit(case.stream, "grievance.erased", payload={"grievance_id": case.grievance_id})
    return 1


def export_complainants(person: Person) -> list[dict[str, Any]]:
    """Everything kept about a person: one record a person and one a case."""
    records: list[dict[str, Any]] = []
    for one in _matching(person):
        known = {f"complainant_{name}": getattr(one, name) for name in FIELDS}
        records.append({"record": "complainant", "complainant_id": one.complainant_id, **known})
        records += [_case_record(case) for case in one.grievances.select_related("office")]
    return records


def _case_record(case: Grievance) -> dict[str, Any]:
    heard = Transcription.objects.filter(recording__attachment__grievance=case)
    return {
        "record": "grievance",
        **{name: _plain(value) for name, value in shapes.case_shape(case).items()},
        "history": [
            {"status": line.status_code, "notes": line.notes, "at": line.created_at.isoformat()}
            for line in case.history.order_by("id")
        ],
        "files": [one.name for one in case.attachments.order_by("id")],
        "spoken": [one.verified or one.automated for one in heard],
    }


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, bool, list, dict, type(None))) else str(value)


def _matching(person: Person) -> QuerySet[Complainant]:
    known = Q(pk=None)
    if person.phone:
        known |= Q(phone_index=person.phone)
    if person.email:
        known |= Q(email_index=person.email)
    if person.reference:
        known |= Q(complainant_id=canonical(person.reference) or "")
    return Complainant.objects.filter(known, erased_at=None).order_by("id")
