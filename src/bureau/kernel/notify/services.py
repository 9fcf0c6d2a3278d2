"""Verbs on messages: write them, hand them over, note what became of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from bureau.kernel.events.log import emit
from bureau.kernel.events.models import Level
from bureau.kernel.jobs.services import create_job, enqueue
from bureau.kernel.notify.models import Channel, Message, State
from bureau.kernel.notify.ports import Carrier, DeliveryError, DeliveryRefused, Outgoing, Receipt
from bureau.kernel.notify.recipients import is_allowed, normal_recipient
from bureau.kernel.notify.registry import carrier_for
from bureau.kernel.notify.templates import Rendered, render
from bureau.kernel.prepared import insert_later

DELIVER = "notify.deliver"
Finish = Callable[[], AbstractContextManager[Any]]


def send(
    channel: str,
    recipient: str,
    template: str,
    language: str,
    context: Mapping[str, object],
    *,
    subject: str = "",
    sensitive: bool = False,
) -> Message:
    """Write a message to one person; a worker hands it over after the caller's commit.

    Args:
        channel: `email`, `sms` or `whatsapp`.
        recipient: in any spelling.
        template: name of a registered text; the language falls back to English.
        context: values of its placeholders.
        subject: what it is about, such as `grievance:<id>`; no personal data.
        sensitive: keep it from carriers outside unless an administrator allowed them.

    Returns:
        The row: `queued`, or `withheld` with the reason in `error_code`.

    Raises:
        InvalidInput: no such channel, address or template, or a value is missing.
    """
    address = normal_recipient(channel, recipient, settings.PHONE_REGIONS)
    rendered = render(template, language, context, short=channel != Channel.EMAIL)
    message = Message(
        channel=channel,
        recipient=address,
        template=template,
        language=rendered.language,
        subject=subject,
        sensitive=sensitive,
    )
    # what can be refused was refused: the rest joins the caller's transaction without a savepoint
    with transaction.atomic(savepoint=False):
        if reason := reason_to_withhold(message, carrier_for(channel)):
            _withhold(message, reason)
        else:
            _queue(message, rendered)
    return message


def _queue(message: Message, rendered: Rendered) -> None:
    said = {
        "heading": rendered.heading,
        "text": rendered.text,
        "parameters": rendered.parameters,
    }
    message.content = json.dumps(said, ensure_ascii=False)
    job = create_job(None, "notify.message")
    message.task = enqueue(job, DELIVER, {"message": str(message.pk)})
    insert_later(message)
    _tell(message, "notify.queued", "A message waits to be sent")


def reason_to_withhold(message: Message, carrier: Carrier | None) -> str:
    """Why this message must not go out here, in one word; empty when it may."""
    env = settings.ENV
    if carrier is None:
        return "channel_off"
    if not is_allowed(message.recipient, env.notify_only_to, settings.PHONE_REGIONS):
        return "not_on_whitelist"
    if message.sensitive and carrier.outside and not env.notify_sensitive_outside:
        return "residency"
    return ""


def deliver(message_id: str, *, last_try: bool, finish: Finish) -> None:
    """Hand a message over; what a worker does with one task.

    Delivery is at least once: a worker that is killed between the carrier's answer and the commit
    leaves the message queued. Every try carries the same id for carriers that can tell.

    Args:
        last_try: whether a temporary failure is final.
        finish: the task's own transaction (`TaskRun.finish`).

    Raises:
        DeliveryError: the carrier did not take it; the row says so already.
    """
    message = Message.objects.filter(pk=message_id, state=State.QUEUED).first()
    if message is None:  # erased, or handed over by an earlier try
        return
    carrier = carrier_for(message.channel)
    # the settings may have changed since it was written
    if carrier is None or (reason := reason_to_withhold(message, carrier)):
        _withhold(message, "channel_off" if carrier is None else reason)
        return
    try:
        receipt = carrier.send(outgoing(message))
    except DeliveryError as failure:
        final = last_try or not failure.temporary
        _note_failure(message, carrier, failure, final=final)
        raise
    with finish():
        _note_handed_over(message, carrier, receipt)


def outgoing(message: Message) -> Outgoing:
    """The message as a carrier gets it."""
    content = json.loads(message.content)
    return Outgoing(
        id=str(message.pk),
        channel=message.channel,
        recipient=message.recipient,
        template=message.template,
        language=message.language,
        **content,
    )


def note_delivery(carrier: str, provider_id: str, *, delivered: bool, code: str = "") -> bool:
    """A carrier reports what became of a message; false when it is none of ours or settled.

    Args:
        carrier: its name, as in `Message.carrier`.
        code: its error code when it was not delivered.
    """
    with transaction.atomic():
        found = Message.objects.select_for_update().filter(
            carrier=carrier, provider_id=provider_id, state=State.SENT
        )
        message = found.first()
        if message is None:
            return False
        if delivered:
            _settle(message, State.DELIVERED)
            _tell(message, "notify.delivered", "The message arrived")
        else:
            refused = DeliveryRefused(reason=code or "undelivered")
            _settle(message, State.FAILED, error_code=refused.reason[:60], error=refused.message)
            _tell(message, "notify.failed", "The message did not arrive", level=Level.WARNING)
    return True


def messages_about(subject: str) -> QuerySet[Message]:
    """Messages about something, oldest first; whether the viewer may is the caller's question."""
    return Message.objects.filter(subject=subject).order_by("created_at")


# --- noting -----------------------------------------------------------------------------------


def _withhold(message: Message, reason: str) -> None:
    message.state, message.error_code, message.settled_at = State.WITHHELD, reason, timezone.now()
    message.content = ""
    message.save()
    _tell(message, "notify.withheld", "The message was not sent", payload={"reason": reason})


@transaction.atomic
def _note_failure(
    message: Message, carrier: Carrier, failure: DeliveryError, *, final: bool
) -> None:
    Message.objects.filter(pk=message.pk).update(
        attempts=F("attempts") + 1,
        carrier=carrier.name,
        error_code=failure.reason[:60],
        error=failure.message,
    )
    if final:
        _settle(message, State.FAILED)
        _tell(message, "notify.failed", failure.message, level=Level.WARNING)


def _note_handed_over(message: Message, carrier: Carrier, receipt: Receipt) -> None:
    # what it said is of no more use here, and less that is kept is less that can leak
    Message.objects.filter(pk=message.pk).update(
        state=State.SENT,
        attempts=F("attempts") + 1,
        carrier=carrier.name,
        provider_id=receipt.provider_id[:200],
        content="",
        error_code="",
        error="",
        sent_at=timezone.now(),
    )
    _tell(message, "notify.sent", "A carrier took the message", payload={"carrier": carrier.name})


def _settle(message: Message, state: str, **facts: Any) -> None:
    Message.objects.filter(pk=message.pk).update(
        state=state, content="", settled_at=timezone.now(), **facts
    )


def _tell(
    message: Message,
    type: str,
    text: str,
    *,
    level: str = Level.INFO,
    payload: dict[str, Any] | None = None,
) -> None:
    facts = {"channel": message.channel, "template": message.template, **(payload or {})}
    emit(
        f"message:{message.pk}",
        type,
        subject=message.subject,
        message=text,
        level=level,
        payload=facts,
    )
