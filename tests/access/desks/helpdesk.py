"""The helpdesk: the ticket of the grievances desk's case, in the officer's office."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bureau.desks.grievances.helpdesk.models import Holiday, Ticket
from bureau.kernel.notify.models import Message, State
from bureau.kernel.vault.services.reveals import reveal
from tests.access.body import Body
from tests.access.callers import Caller, Cast
from tests.access.desks.grievances import OFFICERS, officers
from tests.access.rules import Expected, Row, admin_only, only, page, public, socket

TICKET = "/tickets/<ticket_id>"
RULE = "/workflows/<track>/<level>"
WHY = "The visit has to be agreed with her."
# the officer of the ticket's office and administrators; for other officers it is absent
OF_TICKET = officers(200, officer2=404)

ROWS = [
    Row("GET", "/tickets", officers(200)),
    Row("GET", TICKET, OF_TICKET),
    Row("POST", f"{TICKET}/actions", OF_TICKET),
    Row("GET", f"{TICKET}/duplicates", OF_TICKET),
    Row("POST", f"{TICKET}/messages/<message_id>/send-again", OF_TICKET),
    Row("POST", f"{TICKET}/reveal", OF_TICKET),
    Row("DELETE", f"{TICKET}/reveal", OF_TICKET),
    Row("POST", f"{TICKET}/erase", officers(403, officer2=404, admin=200)),
    # nobody gave a reason yet: whoever may ask is told to
    Row("GET", f"{TICKET}/identity", officers(403, officer2=404)),
    Row("GET", "/reveals", only(Caller.ADMIN, Caller.AUDITOR, status=200)),
    Row("GET", "/reports/tickets", officers(200)),
    Row("GET", "/workflows", officers(200)),
    Row("PUT", RULE, admin_only(200)),
    Row("GET", "/holidays", officers(200)),
    Row("PUT", "/holidays/<day>", admin_only(200)),
    Row("DELETE", "/holidays/<day>", admin_only(200)),
    Row("GET", "/places", public(200)),
    page("GET HEAD", "/grievances/", others=404, mine=OFFICERS),
    page(
        "GET HEAD",
        "/grievances/<str:ticket_id>/",
        others=404,
        mine=(Caller.OFFICER, Caller.ADMIN),
    ),
]

# the lists are closed to everybody but officers and auditors; their tests are beside them
LISTS: dict[str, dict[Caller, int]] = {}

SOCKETS: dict[str, Expected] = {"/ws/grievances/<int:id>/": socket(Caller.OFFICER, Caller.ADMIN)}


def prepare(cast: Cast) -> dict[str, object]:
    """The ticket that filing made, and an identity that was opened once."""
    ticket = Ticket.objects.latest("id")
    Holiday.objects.create(day=date(2026, 11, 24))
    reveal("complainant:CM-1", f"user:{cast.users[Caller.OFFICER].pk}", WHY)
    person = ticket.grievance.complainant
    person.email = "sita.rai@example.org"
    person.save()
    told = Message.objects.create(
        channel="email",
        template="grievance_recap",
        language="en",
        subject=ticket.grievance.stream,
        state=State.FAILED,
    )
    return {
        "id": ticket.grievance_id,
        "ticket_id": ticket.uid,
        "message_id": told.pk,
        "track": "standard",
        "level": 1,
        "day": "2026-11-24",
    }


def bodies(cast: Cast, ids: Mapping[str, object]) -> dict[tuple[str, str], dict[str, Any] | Body]:
    """A note, a reason, a step."""
    return {
        ("POST", f"{TICKET}/actions"): {"action": "NOTE", "note": "Spoke with the contractor."},
        ("POST", f"{TICKET}/reveal"): {"reason": WHY},
        ("PUT", "/holidays/<day>"): {"name": "Festival"},
        ("PUT", RULE): {"name": "Desk", "response_hours": 7, "resolution_days": 7},
    }
