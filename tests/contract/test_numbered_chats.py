"""`/ws/chat/<number>/`: the clients of two systems each hear what they wait for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from tests.waiting import PATIENCE

from bureau.asgi import application
from bureau.desks.interpreting.tests.clinic import Person, opened, person, run_all
from bureau.kernel.accounts.models import Role

pytestmark = pytest.mark.django_db(transaction=True)


class Client(ApplicationCommunicator):
    """One end of a socket."""

    def __init__(self, path: str, query: str = "", bearer: Person | None = None) -> None:
        headers = [(b"origin", b"http://localhost"), (b"host", b"localhost")]
        if bearer:
            token = str(bearer.client.defaults["HTTP_AUTHORIZATION"])
            headers.append((b"authorization", token.encode()))
        scope = {"type": "websocket", "path": path, "query_string": query.encode()}
        super().__init__(application, {**scope, "headers": headers, "client": ("10.0.0.9", 50_000)})

    async def first(self) -> dict[str, Any]:
        """What comes once the socket is accepted: a message, or the code it was closed with."""
        await self.send_input({"type": "websocket.connect"})
        assert (await self.receive_output(PATIENCE))["type"] == "websocket.accept"
        return await self.next()

    async def next(self) -> dict[str, Any]:
        message = await self.receive_output(PATIENCE)
        if message["type"] == "websocket.close":
            return {"code": message["code"]}
        said: dict[str, Any] = json.loads(message["text"])
        return said

    async def say(self, **what: Any) -> None:
        await self.send_input({"type": "websocket.receive", "text": json.dumps(what)})

    async def leave(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(PATIENCE)


def ticket_of(who: Person) -> str:
    return f"ticket={who.get('/api/auth/websocket-ticket/').json()['ticket']}"


def test_the_client_of_a_room_hears_its_messages_and_pongs() -> None:
    doctor, patient = person("doctor", Role.DOCTOR), person("patient", Role.PATIENT)
    room = opened(doctor, patient, patient_language="zul")
    query = ticket_of(patient)

    async def talk() -> None:
        client = Client(f"/ws/chat/{room}/", query)
        hello = await client.first()
        assert (hello["type"], hello["room_id"]) == ("connection.established", str(room))
        await client.say(type="ping")
        assert (await client.next())["type"] == "pong"
        say = database_sync_to_async(doctor.say)
        message = (await say(room, "Where does it hurt?")).json()["id"]
        await database_sync_to_async(run_all)()
        heard = {}
        while "message.translated" not in heard:
            said = await client.next()
            heard[said["type"]] = said
        assert heard["message.new"]["original_text"] == "Where does it hurt?"
        translated = heard["message.translated"]
        assert (translated["message_id"], translated["target_lang"]) == (message, "zul")
        assert translated["translated_text"]
        await client.leave()

    async_to_sync(talk)()


def test_who_does_not_sit_there_is_told_so_for_good() -> None:
    doctor, other = person("doctor", Role.DOCTOR), person("other", Role.PATIENT)
    room = opened(doctor)
    queries = [ticket_of(other), ticket_of(other)]

    async def knock() -> list[Any]:
        paths = [f"/ws/chat/{room}/", "/ws/chat/999999/"]
        asked = zip(paths, queries, strict=True)
        return [(await Client(path, query).first())["code"] for path, query in asked]

    assert async_to_sync(knock)() == [4003, 4003]


@pytest.mark.parametrize("query", ["", "lang=en", "conversation_id="])
def test_a_chat_about_documents_may_have_a_number_for_a_name(query: str) -> None:
    doctor, reader = person("doctor", Role.DOCTOR), person("reader", Role.ANALYST)
    room = opened(doctor)
    who = doctor if query.startswith("lang") else reader

    async def hello() -> str:
        client = Client(f"/ws/chat/{room}/", query, bearer=who)
        said = await client.first()
        await client.leave()
        return str(said["type"])

    assert async_to_sync(hello)() == "connection"


def test_a_person_with_a_token_hears_the_room_they_sit_in() -> None:
    doctor = person("doctor", Role.DOCTOR)
    room = opened(doctor)

    async def hello() -> str:
        client = Client(f"/ws/chat/{room}/", bearer=doctor)
        said = await client.first()
        await client.leave()
        return str(said["type"])

    assert async_to_sync(hello)() == "connection.established"
