"""Mails to offices. They name the case and nothing of what it says or who filed it."""

from __future__ import annotations

from bureau.desks.grievances.helpdesk.models import Ticket
from bureau.kernel.errors import InvalidInput
from bureau.kernel.events.log import emit
from bureau.kernel.events.models import Level
from bureau.kernel.notify.services import send


def tell_office(ticket: Ticket, template: str) -> None:
    """Write to the mail box of the ticket's office, if it has one."""
    office = ticket.office
    if office is None or not office.contact_email:
        return
    case = ticket.grievance
    values = {
        "office": office.name,
        "case": case.grievance_id,
        "level": ticket.level,
        "respond_by": f"{ticket.respond_by:%Y-%m-%d %H:%M} UTC" if ticket.respond_by else "-",
    }
    try:
        send("email", office.contact_email, template, "en", values, subject=case.stream)
    except InvalidInput:
        # a mistyped mail box of an office must not keep anybody from filing a complaint
        payload = {"office": office.code, "template": template}
        emit(case.stream, "ticket.office_unreachable", level=Level.WARNING, payload=payload)
