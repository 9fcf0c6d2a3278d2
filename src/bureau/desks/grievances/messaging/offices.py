"""Mails to offices and officers. They name the case and nothing of what it says or who filed it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from bureau.desks.grievances.helpdesk.models import Ticket
from bureau.desks.grievances.messaging.dates import date_in
from bureau.desks.grievances.models import Grievance, OfficeMember
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import InvalidInput
from bureau.kernel.events.log import emit
from bureau.kernel.events.models import Level
from bureau.kernel.notify.services import send


def tell_office_of(case: Grievance, template: str) -> None:
    """Write to the office of a case that has a ticket; drafts have none."""
    ticket = Ticket.objects.filter(grievance=case).select_related("office").first()
    if ticket is not None:
        ticket.grievance = case
        tell_office(ticket, template)


def tell_office(ticket: Ticket, template: str) -> None:
    """Write to the mail box of the ticket's office; of sensitive cases to those named for them only."""
    office = ticket.office
    if office is None:
        return
    if ticket.grievance.sensitive:
        seats = OfficeMember.objects.filter(office=office, handles_sensitive=True)
        named = User.objects.filter(grievance_offices__in=seats, is_active=True)
        for address in named.exclude(email="").values_list("email", flat=True):
            _write(ticket, address, template)
    elif office.contact_email:
        _write(ticket, office.contact_email, template)


def tell_officer(ticket: Ticket, officer: User, template: str) -> None:
    """Write to one officer about a ticket that is theirs now."""
    if officer.email:
        _write(ticket, officer.email, template)


def _write(ticket: Ticket, address: str, template: str) -> None:
    case, language = ticket.grievance, settings.ENV.helpdesk_language
    values = _values(ticket, language)
    try:
        send(
            "email",
            address,
            template,
            language,
            values,
            subject=case.stream,
            sensitive=case.sensitive,
        )
    except InvalidInput:
        # a mistyped mail box of an office must not keep anybody from filing a complaint
        payload = {"office": ticket.office and ticket.office.code, "template": template}
        emit(case.stream, "ticket.office_unreachable", level=Level.WARNING, payload=payload)


def _values(ticket: Ticket, language: str) -> Mapping[str, object]:
    office = ticket.office
    name = (office.name_ne if language == "ne" else "") or office.name if office else "-"
    return {
        "office": name,
        "case": ticket.grievance.grievance_id,
        "level": ticket.level,
        "respond_by": _moment(ticket.respond_by, language),
        "link": f"{settings.ENV.notify_public_url.rstrip('/')}/grievances/{ticket.uid}/",
    }


def _moment(moment: datetime | None, language: str) -> str:
    if moment is None:
        return "-"
    local = moment.astimezone(ZoneInfo(settings.ENV.helpdesk_time_zone))
    return f"{date_in(local.date(), language)} {local:%H:%M}"
