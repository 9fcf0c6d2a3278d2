"""Whose chat `/ws/chat/<number>/` is.

Clients of two systems open this path: one watches a room of the interpreting desk by its number, the
other talks about documents under a name that may be a number as well. The query and who asks tell
them apart, before either desk has said a word.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async

from bureau.desks.interpreting.access import rooms_of
from bureau.desks.interpreting.sockets import RoomSocket
from bureau.desks.knowledge.consumers import ChatSocket
from bureau.kernel.accounts.auth import user_of_scope
from bureau.kernel.accounts.models import User

# parameters that the client of one desk alone sends
_OF_ROOMS = {"ticket", "after"}
_OF_DOCUMENTS = {"session_id", "conversation_id", "lang"}


class NumberedChat:
    """A room's messages for `?ticket=` or who sits in it, else a chat about documents."""

    def __init__(self) -> None:
        self.room, self.documents = RoomSocket.as_asgi(), ChatSocket.as_asgi()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        chosen = self.room if await _is_of_rooms(scope) else self.documents
        await chosen(scope, receive, send)


# an ASGI application, where Django's `path` is declared for views
numbered_chat: Any = NumberedChat()


async def _is_of_rooms(scope: dict[str, Any]) -> bool:
    named = parse_qs(scope["query_string"].decode("latin-1")).keys()
    if named & _OF_DOCUMENTS:
        return False
    # a ticket is good once: only the desk that is chosen may spend it
    if named & _OF_ROOMS:
        return True
    user = await user_of_scope(scope)
    sits: bool = user is not None and await database_sync_to_async(_sits_in)(
        user, int(scope["url_route"]["kwargs"]["id"])
    )
    return sits


def _sits_in(user: User, room_id: int) -> bool:
    return rooms_of(user).filter(pk=room_id).exists()
