"""Filing a case: from a draft to something an office has to answer, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bureau.desks.grievances.case_jobs import Planned, plan_intake
from bureau.desks.grievances.cases.complainants import make_anonymous
from bureau.desks.grievances.cases.history import note_status
from bureau.desks.grievances.classification.sensitivity import detect
from bureau.desks.grievances.errors import AlreadyFiled
from bureau.desks.grievances.helpdesk.tickets.opening import open_new_ticket
from bureau.desks.grievances.intake.drafts import apply_to_draft
from bureau.desks.grievances.intake.receipt_codes import content_hash
from bureau.desks.grievances.intake.receipts import give_receipt
from bureau.desks.grievances.messaging.messages import tell_received
from bureau.desks.grievances.messaging.offices import tell_office
from bureau.desks.grievances.models import Attachment, FileType, Grievance
from bureau.desks.grievances.routing.assignment import office_of
from bureau.desks.grievances.statuses import Status
from bureau.kernel.errors import InvalidInput
from bureau.kernel.events.log import emitted
from bureau.kernel.events.models import Event
from bureau.kernel.prepared import Given, Prepared, pipelined, save_fields

NOTHING_SAID = "Say what happened: write it, or record it."


@dataclass(frozen=True, slots=True)
class Filed:
    """A filed case with its receipt, which is shown this once, and the work that was begun."""

    case: Grievance
    receipt_code: str
    content_hash: str
    planned: Planned


def submit_grievance(
    case: Grievance, values: Mapping[str, Any], *, actor: str, anonymous: bool = False
) -> Filed:
    """File a draft.

    Args:
        case: the draft; its files are there already.
        values: fields by their names on the wire, set before filing.
        actor: who files, for the log.
        anonymous: forget whatever names the person.

    Raises:
        AlreadyFiled: it is no draft any more.
        InvalidInput: a value cannot be used, or nothing was said.
    """
    # its callers do nothing else when it fails: a savepoint would only cost round trips
    with transaction.atomic(savepoint=False), pipelined():
        draft = _locked(case.pk)
        apply_to_draft(draft, values)
        files = _FILES.all(case=draft.pk)
        if not (draft.description or any(one.file_type == FileType.VOICE for one in files)):
            raise InvalidInput(NOTHING_SAID, fields={"grievance_description": [NOTHING_SAID]})
        _set_filed(draft, anonymous=anonymous)
        note_status(draft, actor)
        ticket = open_new_ticket(draft)
        received = content_hash(_received(draft), [one.received_sha256 for one in files])
        event = _announce(draft, received, files, actor)
        code = give_receipt(draft, received, event)
        tell_received(draft)
        tell_office(ticket, "ticket_new")
        return Filed(draft, code, received, plan_intake(draft))


def _locked(case_id: int) -> Grievance:
    draft = _HELD.first(id=case_id)
    if draft is None:
        raise Grievance.DoesNotExist
    if not draft.is_draft:
        raise AlreadyFiled
    return draft


_HELD = Prepared(
    lambda: Grievance.objects.held().select_related("complainant").filter(pk=Given("id"))
)
_FILES = Prepared(lambda: Attachment.objects.filter(grievance=Given("case")).order_by("id"))


def _set_filed(draft: Grievance, *, anonymous: bool) -> None:
    now = timezone.now()
    if anonymous:
        make_anonymous(draft.complainant)
    mark_sensitive(draft)
    draft.is_anonymous = draft.complainant.is_anonymous
    draft.is_draft = False
    draft.status, draft.version = Status.SUBMITTED, 1
    draft.submitted_at = draft.status_changed_at = now
    draft.due_at = now + timedelta(days=settings.ENV.grievances_days_to_answer)
    draft.office = office_of(draft)
    save_fields(draft.complainant)
    save_fields(draft)


def mark_sensitive(case: Grievance) -> None:
    """Look at what was said and set how sensitive it is; a mark is never taken away here."""
    found = detect(f"{case.description}\n{case.location}")
    if found.needs_action:
        case.sensitive = case.high_priority = True
    if found.hits:
        case.sensitive_level = found.level.word
        case.sensitive_kinds = list(found.kinds)


def _received(case: Grievance) -> dict[str, Any]:
    """What the receipt's hash covers: no identity, so that it gives no means to test a guess."""
    return {
        "grievance_id": case.grievance_id,
        "grievance_description": case.description,
        "grievance_location": case.location,
        "grievance_claimed_amount": None
        if case.claimed_amount is None
        else str(case.claimed_amount),
        "province": case.province,
        "district": case.district,
        "municipality": case.municipality,
        "ward": case.ward,
        "language_code": case.language,
    }


def _announce(case: Grievance, received: str, files: list[Attachment], actor: str) -> Event:
    return emitted(
        case.stream,
        "grievance.submitted",
        payload={
            "grievance_id": case.grievance_id,
            "content_hash": received,
            "status": case.status,
            "source": case.source,
            "language": case.language,
            "province": case.province,
            "district": case.district,
            "office": case.office.code if case.office else None,
            "sensitive": case.sensitive,
            "anonymous": case.is_anonymous,
            "files": len(files),
        },
        actor=actor,
    )
