"""Two people in one room over a real web server: text and voice both ways, and a cut connection.

The tasks run in this process, as a worker would run them, with the engines that come with the house.
"""

# ruff: noqa: F811  (a fixture that is asked for has the name of its import)
from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.sessions import end, open_session, tokens_of
from bureau.kernel.ai import registry
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.runner import run_task
from bureau.kernel.jobs.status import TaskStatus
from tests.faults.test_sockets import PATIENCE, cut, port  # noqa: F401  (the server's fixture)

pytestmark = pytest.mark.django_db(transaction=True)
Said = dict[str, Any]


class Person:
    """Somebody with a token, at the server on this port."""

    def __init__(self, port: int, name: str, role: Role) -> None:
        self.user = User.objects.create(username=name, email=f"{name}@example.org", role=role)
        self.login = open_session(self.user)
        token = tokens_of(self.login).access
        self.headers = {"Authorization": f"Bearer {token}"}
        self.port = port
        self.address = f"127.0.0.1:{port}"
        self.http = httpx.Client(
            base_url=f"http://{self.address}", headers=self.headers, timeout=PATIENCE
        )

    def say(self, room: int, **fields: Any) -> Said:
        answer = self.http.post(f"/api/chat-rooms/{room}/send_message/", json=fields)
        assert answer.status_code == 201, answer.text
        made: Said = answer.json()
        return made

    def message(self, id_: int) -> Said:
        found: Said = self.http.get(f"/api/messages/{id_}/").json()
        return found

    @contextmanager
    def listening(self, room: int, query: str = "") -> Iterator[ClientConnection]:
        url = f"ws://{self.address}/ws/chat-rooms/{room}/{query}"
        with connect(url, origin="http://localhost", additional_headers=self.headers) as socket:
            assert hear(socket)["type"] == "connection.established"
            yield socket


def hear(socket: ClientConnection) -> Said:
    said: Said = json.loads(socket.recv(timeout=PATIENCE))
    return said


def hear_until(socket: ClientConnection, *types: str) -> list[Said]:
    """What the socket says, up to one event of each of these types."""
    heard: list[Said] = []
    while not set(types) <= {one["type"] for one in heard}:
        heard.append(hear(socket))
    return heard


def work() -> None:
    while task := Task.objects.filter(status=TaskStatus.PENDING).order_by("id").first():
        run_task(task.pk)


@pytest.fixture
def people(port: int) -> tuple[Person, Person]:
    return Person(port, "thandi", Role.DOCTOR), Person(port, "sipho", Role.PATIENT)


@pytest.fixture
def room(people: tuple[Person, Person]) -> int:
    doctor, patient = people
    body = {"name": "Ward", "patient_language": "afr", "participants": [patient.user.pk]}
    return int(doctor.http.post("/api/chat-rooms/", json=body).json()["id"])


def spoken(text: str, language: str) -> str:
    speaker = registry.speaker()
    assert speaker is not None
    return base64.b64encode(speaker.speak(text, language).wav).decode()


@pytest.mark.needs("espeak-ng")
def test_text_and_voice_go_both_ways_and_a_cut_client_catches_up(
    people: tuple[Person, Person], room: int
) -> None:
    doctor, patient = people
    with doctor.listening(room) as of_doctor, patient.listening(room) as of_patient:
        asked = doctor.say(room, sender_type="doctor", text="Do you have a fever?")
        assert asked["translated_text"] == "[Translating...]"
        work()
        done = ("message.new", "message.translated", "tts.generated")
        heard = hear_until(of_patient, *done)
        assert heard == hear_until(of_doctor, *done)
        translated = next(one for one in heard if one["type"] == "message.translated")
        assert translated["translated_text"] == "Het u koors?"
        assert patient.http.get(heard[-1]["audio_url"]).content[:4] == b"RIFF"

        # the patient's connection is lost; the answer comes while they are away
        last = heard[-1]["id"]
        cut(of_patient)
        voice = spoken("Where does it hurt?", "en")
        recorded = doctor.say(room, sender_type="doctor", text="[Voice Message]", audio=voice)
        assert recorded["original_text"] == "[Processing audio...]"
        answered = patient.say(room, sender_type="patient", text="My kop is seer")
        work()

    every = ("message.new", "message.transcribed", "message.translated", "tts.generated")
    with patient.listening(room, f"?after={last}") as back:
        caught_up = hear_until(back, *every)
        while len({one["message_id"] for one in caught_up if one["type"] == "tts.generated"}) < 2:
            caught_up.append(hear(back))
    assert all(one["id"] > last for one in caught_up)
    ids = [one["id"] for one in caught_up]
    assert ids == sorted(set(ids))
    by_message = {
        id_: [one["type"] for one in caught_up if one["message_id"] == id_]
        for id_ in (recorded["id"], answered["id"])
    }
    assert by_message[recorded["id"]] == list(every)
    assert by_message[answered["id"]] == [one for one in every if one != "message.transcribed"]
    assert doctor.message(answered["id"])["translated_text"] == "I have a headache"
    voiced = patient.message(recorded["id"])
    assert voiced["audio_transcription"].strip(" ?.").lower() == "where does it hurt"
    assert voiced["translated_text"] == "Waar is dit seer?"


def test_typing_is_told_to_the_other_side_and_held_back(
    people: tuple[Person, Person], room: int
) -> None:
    doctor, patient = people
    with doctor.listening(room) as of_doctor, patient.listening(room) as of_patient:
        for _ in range(5):
            of_patient.send(json.dumps({"type": "typing", "sender_type": "doctor"}))
        of_patient.send(json.dumps({"type": "stop_typing"}))
        typing, stopped = hear(of_doctor), hear(of_doctor)
        assert (typing["type"], typing["sender_type"]) == ("user.typing", "patient")
        assert typing["user_id"] == patient.user.pk
        assert stopped["type"] == "user.stopped_typing"
        # nothing of it comes back to the one who typed: the next thing they hear is the pong
        of_patient.send(json.dumps({"type": "ping"}))
        assert hear(of_patient)["type"] == "pong"


@pytest.mark.parametrize("frame", ["{", "[]", '"x"', "\x00", b"\x00\xff"])
def test_a_frame_that_is_no_message_is_answered_and_nothing_breaks(
    people: tuple[Person, Person], room: int, frame: str | bytes
) -> None:
    doctor, _ = people
    with doctor.listening(room) as socket:
        socket.send(frame)
        assert hear(socket)["type"] == "error"
        socket.send(json.dumps({"type": "unheard of"}))
        socket.send(json.dumps({"type": "ping"}))
        assert hear(socket)["type"] == "pong"


def test_a_ticket_opens_the_room_once(people: tuple[Person, Person], room: int) -> None:
    doctor, _ = people
    ticket = doctor.http.get("/api/auth/websocket-ticket/").json()["ticket"]
    doctor.headers = {}
    with doctor.listening(room, f"?ticket={ticket}"):
        pass
    assert _code(doctor, room, f"?ticket={ticket}") == 4001


def test_strangers_and_old_sign_ins_see_why_they_are_refused(
    people: tuple[Person, Person], room: int
) -> None:
    doctor, patient = people
    stranger = Person(doctor.port, "david", Role.DOCTOR)
    assert _code(stranger, room) == 4003
    assert _code(doctor, 999_999) == 4003
    assert _code(doctor, room, "?after=x") == 4000
    end(patient.login, "signed_out")
    assert _code(patient, room) == 4001


def _code(person: Person, room: int, query: str = "") -> int:
    url = f"ws://{person.address}/ws/chat-rooms/{room}/{query}"
    with (
        connect(url, origin="http://localhost", additional_headers=person.headers) as socket,
        pytest.raises(ConnectionClosed) as closed,
    ):
        socket.recv(timeout=PATIENCE)
    assert closed.value.rcvd
    return closed.value.rcvd.code
