"""One question and its answer, for every route and socket that takes questions."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from bureau.desks.knowledge.access import Reader
from bureau.desks.knowledge.models import Conversation, Message
from bureau.desks.knowledge.services.answers import answer
from bureau.desks.knowledge.services.conversations import ask
from bureau.desks.knowledge.services.finding import language_of


@dataclass(frozen=True, slots=True)
class Talk:
    """A question that was asked and kept; its answer is still to come."""

    reader: Reader
    conversation: Conversation
    question: Message
    language: str

    def parts(self) -> Iterator[str | Message]:
        """The answer as it is confirmed, then the stored message. See `answer` for what it raises."""
        return answer(self.reader, self.conversation, self.question, self.language)


def begin(
    reader: Reader,
    text: str,
    conversation_id: uuid.UUID | None,
    language: str,
    *,
    is_new: bool = False,
) -> Talk:
    """Keep a question.

    Args:
        is_new: begin a conversation under this id, which the house has made.

    Raises:
        NotFound: the conversation is not the reader's.
    """
    spoken = language_of(language, text)
    conversation, question = ask(
        reader, text, conversation_id=conversation_id, language=spoken, is_new=is_new
    )
    return Talk(reader, conversation, question, spoken)


def finish(talk: Talk) -> Message:
    """The whole answer. See `answer` for what it raises."""
    *_, message = talk.parts()
    assert isinstance(message, Message)
    return message
