"""Hearing a message once: each subscriber's effects and the note that it heard are one transaction."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from bureau.kernel.events.models import HeardMessage
from bureau.kernel.events.relay_routes import BusMessage, Subscriber, subscribers_for

log = structlog.get_logger(__name__)

TRIES = 3
# a repeat that comes later than this would be heard again; brokers repeat within hours
MEMORY = timedelta(days=14)


def hear(message: BusMessage) -> None:
    """Give a message to everybody in this house who wants it and has not had it.

    A subscriber that fails three times is passed over for this message, and the failure noted: it
    must not hold up the others.

    Raises:
        OperationalError, InterfaceError: the database is away; deliver the message again later.
    """
    for subscriber in subscribers_for(message.event_type):
        _hear(subscriber, message)


def _hear(subscriber: Subscriber, message: BusMessage) -> None:
    problem = ""
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                if _note(subscriber, message):
                    subscriber.function(message)
            return
        except (OperationalError, InterfaceError):
            raise
        except Exception as failure:  # whatever a subscriber raises is its own affair
            problem = type(failure).__name__
    log.error("message_given_up", subscriber=subscriber.name, message_id=message.message_id)
    _note(subscriber, message, problem)


def _note(subscriber: Subscriber, message: BusMessage, problem: str = "") -> bool:
    """Whether this is the first time; a second delivery at the same moment waits here."""
    _, is_new = HeardMessage.objects.get_or_create(
        subscriber=subscriber.name,
        message_id=message.message_id,
        defaults={"sequence": message.sequence, "problem": problem[:200]},
    )
    return is_new


def forget_old_messages() -> int:
    """Remove notes that are too old to meet a repeat; returns how many."""
    return HeardMessage.objects.filter(at__lt=timezone.now() - MEMORY).delete()[0]
