"""Whether what the desk wrote to a complainant arrived, and writing it again."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import QuerySet

from bureau.desks.grievances.errors import StatusConflict
from bureau.desks.grievances.helpdesk.models import Ticket
from bureau.desks.grievances.messaging.messages import facts_of, hearing_facts, send_again
from bureau.kernel.errors import NotFound
from bureau.kernel.events.log import emit
from bureau.kernel.notify.models import Message, State
from bureau.kernel.notify.services import messages_about

# codes are not among them: they are secrets, and over before anybody could ask
TEMPLATES = (
    "grievance_recap",
    "grievance_status_update",
    "grievance_answered",
    "grievance_message",
    "grievance_hearing",
)


def deliveries_of(ticket: Ticket) -> QuerySet[Message]:
    """The messages to the complainant, oldest first; a shape must not show the recipient."""
    return messages_about(ticket.grievance.stream).filter(template__in=TEMPLATES)


@transaction.atomic
def deliver_again(ticket: Ticket, message_id: str, *, actor: str) -> None:
    """Send a message anew, with what is true of the case now, to the address of today.

    Raises:
        NotFound: no such message about this case.
        StatusConflict: it still waits to be sent, or there is no address of that kind any more.
    """
    found = _message(ticket, message_id)
    if found.state == State.QUEUED:
        raise StatusConflict("The message still waits to be sent; it is tried again by itself.")
    case = ticket.grievance
    if found.template == "grievance_hearing" and ticket.hearing_on is None:
        raise StatusConflict("No hearing is set any more.")
    values = {**facts_of(case), **hearing_facts(case, ticket.hearing_on)}
    if not send_again(ticket.grievance, found.channel, found.template, values):
        raise StatusConflict(f"The complainant left no address for {found.channel}.")
    payload = {"ticket": str(ticket.uid), "channel": found.channel, "template": found.template}
    emit(ticket.grievance.stream, "ticket.message_sent_again", payload=payload, actor=actor)


def _message(ticket: Ticket, message_id: str) -> Message:
    try:
        wanted = uuid.UUID(message_id)
    except ValueError:
        raise NotFound.matching("Message") from None
    found = deliveries_of(ticket).filter(pk=wanted).first()
    if found is None:
        raise NotFound.matching("Message")
    return found
