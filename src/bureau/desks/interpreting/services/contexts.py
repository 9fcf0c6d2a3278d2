"""What a room knows beside the text: what was said before, and passages of its collections."""

from __future__ import annotations

from dataclasses import dataclass

from bureau.desks.interpreting.models import ChatMessage, ChatRoom
from bureau.desks.interpreting.models import MessageState as State

HISTORY = 5


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a collection.

    Attributes:
        name: of its document, for people.
        similarity: cosine, 0..1.
    """

    name: str
    similarity: float
    text: str


def passages_for(room: ChatRoom, text: str) -> list[Passage]:
    """The passages of the room's collections that are nearest to a text, with one embedding."""
    return []


def history_before(message: ChatMessage) -> list[str]:
    """What was said last in the room before this message, oldest first, each once."""
    earlier = ChatMessage.objects.filter(room=message.room_id, pk__lt=message.pk)
    said = earlier.filter(state__in=(State.DONE, State.UNTRANSLATABLE)).order_by("-id")[:HISTORY]
    return [f"{one.sender_type}: {one.original_text}" for one in reversed(said)]
