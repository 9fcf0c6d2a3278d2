"""Rooms and messages by the page: a constant number of queries, however many rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest

from bureau.desks.interpreting import access, shapes
from bureau.desks.interpreting.collections.rooms import (
    context_of,
    context_rows,
    contexts_of,
    linked_rows,
)
from bureau.desks.interpreting.models import ChatMessage, ChatRoom, Participant
from bureau.desks.interpreting.schemas import MessageFilters
from bureau.kernel.accounts.models import User
from bureau.kernel.events.models import Event

Shape = dict[str, Any]


def room_rows(user: User, rooms: Sequence[ChatRoom]) -> list[Shape]:
    """The list shape of each room."""
    ids = [room.pk for room in rooms]
    numbers = _message_numbers(ids)
    last = ChatMessage.objects.in_bulk([newest for _, newest in numbers.values()])
    seats, own = _seats(ids), contexts_of(rooms)
    shown = access.sees_patient_context(user)
    contexts = context_rows(rooms) if shown else {}
    bases = linked_rows(rooms) if shown else {}
    rows = []
    for room in rooms:
        count, newest = numbers.get(room.pk, (0, 0))
        rows.append(
            {
                **shapes.room_fields(room, seats.get(room.pk, []), own.get(room.pk), count),
                "has_rag": room.pk in own,
                "patient_context": contexts.get(room.pk),
                "linked_knowledge_bases": bases.get(room.pk, []) if shown else None,
                "last_message": shapes.last_message_shape(last.get(newest)),
            }
        )
    return rows


def room_detail(request: HttpRequest, room: ChatRoom) -> Shape:
    """A room with all its messages, oldest first.

    The cursor is read before the messages: what comes in between is told twice, never not at all.
    """
    cursor = latest_event(room)
    messages = list(ChatMessage.objects.filter(room=room).order_by("id"))
    return {
        **shapes.room_fields(
            room, _seats([room.pk]).get(room.pk, []), context_of(room), len(messages)
        ),
        "cursor": cursor,
        "messages": [shapes.message_shape(request, message) for message in messages],
    }


def latest_event(room: ChatRoom) -> int:
    """The id of the newest event of the room's stream; 0 when nothing happened yet."""
    newest = Event.objects.filter(stream=room.stream).aggregate(id=Max("id"))
    return newest["id"] or 0


def _message_numbers(room_ids: list[int]) -> dict[int, tuple[int, int]]:
    """Room -> how many messages, and the id of the newest."""
    rows = (
        ChatMessage.objects.filter(room__in=room_ids)
        .values("room")
        .annotate(count=Count("id"), newest=Max("id"))
        .values_list("room", "count", "newest")
    )
    return {room: (count, newest) for room, count, newest in rows}


def _seats(room_ids: list[int]) -> dict[int, list[Participant]]:
    found: dict[int, list[Participant]] = {}
    for seat in Participant.objects.filter(room__in=room_ids).select_related("user").order_by("id"):
        found.setdefault(seat.room_id, []).append(seat)
    return found


def messages_asked_for(user: User, filters: MessageFilters) -> QuerySet[ChatMessage]:
    """The messages a list is about, oldest first; NotFound where the room is another's."""
    messages = access.messages_of(user)
    if filters.room_id is None:
        return messages
    return messages.filter(room=access.room_for(user, filters.room_id))


def is_slice(filters: MessageFilters) -> bool:
    """Whether a client pages by cursor."""
    return filters.newest or filters.before is not None or filters.after is not None


def message_slice(
    request: HttpRequest, messages: QuerySet[ChatMessage], filters: MessageFilters
) -> Shape:
    """At most `limit` messages after `after`, or the newest before `before`; oldest first."""
    if filters.after is not None:
        rows = list(messages.filter(pk__gt=filters.after).order_by("id")[: filters.limit])
    else:
        if filters.before is not None:
            messages = messages.filter(pk__lt=filters.before)
        rows = list(messages.order_by("-id")[: filters.limit])[::-1]
    has_older = bool(rows) and (filters.after is not None or len(rows) == filters.limit)
    return {
        "results": [shapes.message_shape(request, message) for message in rows],
        "older": rows[0].pk if has_older else None,
        "newer": rows[-1].pk if rows else filters.after,
    }
