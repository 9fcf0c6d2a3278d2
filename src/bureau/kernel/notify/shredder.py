"""What erasing and exporting a person means for messages."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from bureau.kernel.notify.models import Message, State
from bureau.kernel.vault.shredders import Person


def erase_messages(person: Person) -> int:
    """Forget to whom messages went and what waiting ones say; those are not sent any more."""
    return forget(_messages_to(person))


def export_messages(person: Person) -> list[dict[str, Any]]:
    """Messages to the person: when, how and of which kind."""
    return [
        {
            "channel": message.channel,
            "recipient": message.recipient,
            "template": message.template,
            "language": message.language,
            "about": message.subject,
            "state": message.state,
            "created_at": message.created_at,
        }
        for message in _messages_to(person).order_by("created_at")
    ]


def forget(messages: QuerySet[Message]) -> int:
    """Blank the recipient and content of these messages; for desks that erase a case."""
    waiting = messages.filter(state=State.QUEUED)
    waiting.update(state=State.WITHHELD, error_code="erased", settled_at=timezone.now())
    known = messages.filter(recipient_index__isnull=False)
    return known.update(recipient="", recipient_index=None, content="")


def _messages_to(person: Person) -> QuerySet[Message]:
    wanted = Q(pk__in=[])
    for address in filter(None, (person.phone, person.email)):
        wanted |= Q(recipient_index=address)
    return Message.objects.filter(wanted)
