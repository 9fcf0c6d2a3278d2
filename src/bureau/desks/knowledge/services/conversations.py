"""Verbs on conversations and their messages."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from bureau.desks.knowledge.access import Reader, conversation_for
from bureau.desks.knowledge.models import Conversation, Message, Role
from bureau.kernel.ai.ports import Message as Turn
from bureau.kernel.events.log import emit
from bureau.kernel.vault.keyring import digest

TITLE_LENGTH = 50
NEW_CHAT = "New chat"
# turns looked at for a model's memory; the prompt keeps what fits its budget
REMEMBERED = 20


def open_conversation(
    reader: Reader,
    *,
    title: str = "",
    language: str = "en",
    conversation_id: uuid.UUID | None = None,
) -> Conversation:
    """Begin a conversation of this reader, who is a person or has a session."""
    return Conversation.objects.create(
        id=conversation_id or uuid.uuid4(),
        user=reader.user,
        session=None if reader.user else reader.session,
        title=title or NEW_CHAT,
        language=language,
    )


def next_conversation_id(reader: Reader) -> uuid.UUID:
    """The id that a reader without conversations is told before their first question.

    It is the same at each connection and nobody else's: no row has to be kept for it.
    """
    whose = reader.user.pk if reader.user else reader.session
    return uuid.UUID(digest(f"{reader.actor}:{whose}", "knowledge.next_conversation")[:32])


@transaction.atomic
def ask(
    reader: Reader,
    text: str,
    *,
    conversation_id: uuid.UUID | None,
    language: str,
    is_new: bool = False,
) -> tuple[Conversation, Message]:
    """Keep a question, in a conversation of the reader's or a new one.

    Raises:
        NotFound: there is no such conversation for this reader.
    """
    if conversation_id is None or is_new:
        conversation = open_conversation(
            reader, title=title_of(text), language=language, conversation_id=conversation_id
        )
    else:
        conversation = conversation_for(reader, conversation_id)
        if conversation.title == NEW_CHAT:
            conversation.title = title_of(text)
    conversation.language = language
    conversation.save()
    return conversation, add_message(conversation, Role.USER, text)


def title_of(text: str) -> str:
    """The beginning of the first question."""
    line = " ".join(text.split())
    return line if len(line) <= TITLE_LENGTH else f"{line[:TITLE_LENGTH]}..."


@transaction.atomic
def add_message(
    conversation: Conversation,
    role: str,
    content: str,
    *,
    citations: list[dict[str, Any]] | None = None,
    metadata: dict[str, Any] | None = None,
) -> Message:
    """Append a turn; the conversation becomes the latest of its owner.

    Raises:
        Conversation.DoesNotExist: it was deleted meanwhile.
    """
    # the row's lock orders turns that are added at once
    Conversation.objects.select_for_update().only("id").get(pk=conversation.pk)
    last = Message.objects.filter(conversation=conversation).aggregate(place=Max("place"))["place"]
    message = Message.objects.create(
        conversation=conversation,
        place=(last or 0) + 1,
        role=role,
        content=content,
        citations=citations or [],
        metadata=metadata or {},
    )
    Conversation.objects.filter(pk=conversation.pk).update(updated_at=timezone.now())
    return message


def earlier_turns(question: Message) -> list[Turn]:
    """What was said before a question, newest first."""
    rows = Message.objects.filter(
        conversation_id=question.conversation_id,
        place__lt=question.place,
        role__in=(Role.USER, Role.ASSISTANT),
    ).order_by("-place")[:REMEMBERED]
    return [Turn("user" if row.role == Role.USER else "assistant", row.content) for row in rows]


@transaction.atomic
def delete_conversation(conversation: Conversation, reader: Reader) -> None:
    """Remove a conversation with all its messages."""
    emit(f"conversation:{conversation.pk}", "conversation.deleted", actor=reader.actor)
    conversation.delete()
