"""Receipts of cases: giving one, exchanging it for a token, and proving it against the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.http import HttpRequest

from bureau.desks.grievances.callers import Scope, write_token
from bureau.desks.grievances.ids import canonical
from bureau.desks.grievances.intake.limits import (
    RECEIPT_BY_ADDRESS,
    against_address,
    guess,
)
from bureau.desks.grievances.intake.receipt_codes import new_code, normalised
from bureau.desks.grievances.models import Grievance, Receipt
from bureau.kernel.errors import NotFound
from bureau.kernel.events.models import Event
from bureau.kernel.prepared import insert_later
from bureau.kernel.vault.keyring import digest

_PURPOSE = "grievances.receipt"


@dataclass(frozen=True, slots=True)
class Proof:
    """What the log says about a receipt.

    Attributes:
        in_log: the event of the filing stands in the log with the same hash.
        received_at: when the log says it was.
    """

    grievance_id: str
    content_hash: str
    received_at: datetime | None
    in_log: bool


def give_receipt(case: Grievance, content_hash: str, event: Event) -> str:
    """Make a case's receipt in the caller's transaction; the code is shown this once."""
    code = new_code()
    insert_later(
        Receipt(
            grievance=case,
            code_digest=_digest(code),
            content_hash=content_hash,
            event_id=event.pk,
        )
    )
    return code


def receipt_with(request: HttpRequest, code: str, grievance_id: str) -> Receipt:
    """The receipt of a case with this code; wrong ones are counted against the caller's address.

    Never against the case: anybody may know its number, and would lock its owner out.

    Raises:
        NotFound: case and code do not belong together, or there is no such case.
        Locked: thirty wrong codes from this address within the hour.
    """
    name = canonical(grievance_id) or ""
    found = guess(
        lambda: _find(code, name),
        against_address(RECEIPT_BY_ADDRESS, request),
    )
    if found is None:
        raise NotFound("No complaint has this number and this receipt code.")
    return found


def _find(code: str, name: str) -> Receipt | None:
    # the digest is computed for malformed codes too: the time tells nothing
    cases = models.Q(grievance__grievance_id=name)
    found = Receipt.objects.filter(cases, code_digest=_digest(code))
    return found.select_related("grievance__complainant", "grievance__office").first()


def token_for(receipt: Receipt) -> str:
    """A token that opens the receipt's case for an hour."""
    return write_token(Scope.CASE, [receipt.grievance_id])


def prove(receipt: Receipt) -> Proof:
    """Look the filing up in the log."""
    case = receipt.grievance
    event = Event.objects.filter(
        pk=receipt.event_id, stream=case.stream, type="grievance.submitted"
    ).first()
    return Proof(
        grievance_id=case.grievance_id,
        content_hash=receipt.content_hash,
        received_at=event.at if event else None,
        in_log=event is not None and event.payload.get("content_hash") == receipt.content_hash,
    )


def _digest(code: str) -> str:
    return digest(normalised(code), _PURPOSE)
