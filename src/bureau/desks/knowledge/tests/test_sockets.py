"""The chat's socket: answers come to the one who asked, in whatever room."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from channels.routing import URLRouter
from tests.waiting import PATIENCE

from bureau.desks.knowledge.models import Conversation
from bureau.desks.knowledge.tests.desk import Person, person_named
from bureau.desks.knowledge.urls import websocket_urlpatterns

application = URLRouter(list(websocket_urlpatterns))


class Socket(ApplicationCommunicator):
    """A client's end."""

    async def send_to(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def receive_from(self, timeout: float) -> str:
        text: str = (await self.receive_output(timeout))["text"]
        return text


@asynccontextmanager
async def opened(
    person: Person | None = None, room: str = "lobby", **query: str
) -> AsyncIterator[Socket]:
    headers = [(b"origin", b"http://localhost"), (b"host", b"localhost")]
    if person:
        token = person.client.defaults["HTTP_AUTHORIZATION"]
        headers.append((b"authorization", token.encode()))
    scope = {"type": "websocket", "path": f"/ws/chat/{room}/", "headers": headers}
    query_string = urlencode(query).encode()
    socket = Socket(
        application, {**scope, "query_string": query_string, "client": ("10.0.0.9", 50_000)}
    )
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output(PATIENCE))["type"] == "websocket.accept"
    yield socket
    await socket.send_input({"type": "websocket.disconnect", "code": 1000})
    await socket.wait(PATIENCE)


async def heard_by(socket: Socket, until: str = "typing") -> list[dict[str, Any]]:
    """Everything up to the end of an answer."""
    heard: list[dict[str, Any]] = []
    while not (heard and heard[-1]["type"] == until and not heard[-1].get("typing")):
        heard.append(json.loads(await socket.receive_from(PATIENCE)))
    return heard


@pytest.mark.django_db(transaction=True)
def test_an_answer_comes_in_parts_to_the_one_who_asked_alone() -> None:
    ana, ben = person_named("ana"), person_named("ben")
    ana.shelve("Pump", "The pump has to be greased every 90 days with lithium grease.")

    async def talk() -> None:
        async with opened(ana) as mine, opened(ben) as other, opened() as nameless:
            hello = json.loads(await mine.receive_from(PATIENCE))
            assert (hello["type"], hello["session_id"]) == ("connection", None)
            question = {"type": "chat_message", "message": "How often must the pump be greased?"}
            await mine.send_to(json.dumps(question))
            heard = await heard_by(mine)
            assert heard[0]["type"] == "typing"
            message = next(one for one in heard if one["type"] == "message")["message"]
            parts = "".join(one["text"] for one in heard if one["type"] == "delta")
            assert message["content"] == parts
            assert "90 days" in parts
            assert message["citations_count"] == 1
            for socket in (other, nameless):
                assert json.loads(await socket.receive_from(PATIENCE))["type"] == "connection"
                assert await socket.receive_nothing(0.2)
                await socket.send_to(json.dumps(question))
                assert "90 days" not in json.dumps(await heard_by(socket))

    async_to_sync(talk)()


@pytest.mark.django_db(transaction=True)
def test_a_nameless_reader_goes_on_with_the_session_and_others_cannot() -> None:
    async def talk() -> None:
        async with opened() as first:
            hello = json.loads(await first.receive_from(PATIENCE))
        session, conversation = hello["session_id"], hello["conversation_id"]
        async with opened(session_id=session, conversation_id=conversation) as again:
            same = json.loads(await again.receive_from(PATIENCE))
            assert same["conversation_id"] == conversation
        async with opened(conversation_id=conversation) as stranger:
            assert (await stranger.receive_output(PATIENCE))["code"] == 4004
        async with opened(session_id=conversation) as liar:
            assert (await liar.receive_output(PATIENCE))["code"] == 4001

    async_to_sync(talk)()
    assert not Conversation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_frames_out_of_order_are_answered_and_not_fatal() -> None:
    ana = person_named("ana")

    async def talk() -> None:
        async with opened(ana) as socket:
            await socket.receive_from(PATIENCE)
            for frame in ("{", "[1]", '{"message": "\\u0000"}'):
                await socket.send_to(frame)
                told = json.loads(await socket.receive_from(PATIENCE))
                assert (told["type"], told["message"]) == ("error", "Invalid JSON format")
            await socket.send_to(json.dumps({"message": "x" * 2_001}))
            assert any("2000" in one.get("message", "") for one in await heard_by(socket))
            for frame in ({"type": "typing", "typing": True}, {"message": "  "}):
                await socket.send_to(json.dumps(frame))
            assert await socket.receive_nothing(0.1)

    async_to_sync(talk)()
