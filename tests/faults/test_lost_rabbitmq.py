"""RabbitMQ is killed while people talk: nobody is refused, and every event arrives once, in order.

    OUTAGE_SECONDS=60 .venv/bin/pytest -s tests/faults/test_lost_rabbitmq.py

sends 500 messages in each of two profiles and prints what happened; without the variable it is 100, in
the harder one. A web server, workers with their relay, and a RabbitMQ node of this test's own, which is
ended with `kill -9` and started again. In the profile `embedded` RabbitMQ is the message bus only; in
`distributed` it carries Celery's messages as well.

Where RabbitMQ's programs are not installed, a line to the embedded broker that is cut stands in.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from bureau.desks.interpreting.models import ChatMessage, MessageState
from bureau.kernel.accounts.models import Role
from bureau.kernel.events.log import LOG_START
from bureau.kernel.events.models import Event, RelayCursor
from bureau.kernel.events.relay_consumer import QueueConsumer
from bureau.kernel.events.testing import Link, bus_for_a_while
from bureau.runtime.testing import embedded_valkey
from tests.conformance.listening import Listener
from tests.conformance.workers import Workers, eventually
from tests.faults.test_interpreting import Person
from tests.faults.web import web_server
from tests.own_rabbit import OwnRabbit, is_installed
from tests.waiting import PATIENCE

AT_LENGTH = "OUTAGE_SECONDS" in os.environ
OUTAGE = float(os.environ.get("OUTAGE_SECONDS", "6"))
PROFILES = ["embedded", "distributed"] if AT_LENGTH else ["distributed"]
ROOMS = 5
# what each of the ten people says: while RabbitMQ runs, while it is away, while it comes back
BEFORE, AWAY, BACK = (5, 40, 5) if AT_LENGTH else (2, 6, 2)
MESSAGES = 2 * ROOMS * (BEFORE + AWAY + BACK)
SAID = {"doctor": "Do you have a fever?", "patient": "My kop is seer"}

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(3 * PATIENCE + 2 * OUTAGE),
]


class Broker(Protocol):
    """A broker that can be lost."""

    @property
    def url(self) -> str: ...

    def kill(self) -> None: ...

    def start(self) -> None: ...


class CutLine:
    """Stands in for RabbitMQ: the embedded broker behind a line that is cut."""

    def __init__(self, line: Link) -> None:
        self.url, self.kill, self.start = line.url, line.cut, line.mend


@contextmanager
def lossy_broker(folder: Path) -> Iterator[Broker]:
    if is_installed():
        with OwnRabbit(folder) as node:
            yield node
    else:
        with (
            embedded_valkey(folder) as server,
            Link(f"redis+socket://{server.socket_path}?virtual_host=0") as line,
        ):
            yield CutLine(line)


@pytest.fixture
def rabbit(tmp_path: Path) -> Iterator[Broker]:
    with lossy_broker(tmp_path / "broker") as broker:
        yield broker


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[str]:
    with embedded_valkey(tmp_path / "valkey") as server:
        yield f"redis+socket://{server.socket_path}?virtual_host=0"


class Talk:
    """Ten people in five rooms, each in a thread; `answers` holds (status, seconds, phase)."""

    def __init__(self, port: int) -> None:
        self.answers: list[tuple[int, float, str]] = []
        # the threads and the one who kills the broker meet where the phases change
        self.turn = threading.Barrier(2 * ROOMS + 1)
        self.threads = [
            threading.Thread(target=self._talk, args=[person, room, side])
            for number in range(ROOMS)
            for person, room, side in _room(port, number)
        ]

    def _talk(self, person: Person, room: int, side: str) -> None:
        self._say_all(person, room, side, "before", BEFORE)
        self.turn.wait(PATIENCE)
        # the broker is killed between these two
        self.turn.wait(PATIENCE)
        self._say_all(person, room, side, "away", AWAY, OUTAGE)
        self.turn.wait(PATIENCE + OUTAGE)
        self._say_all(person, room, side, "back", BACK)

    def _say_all(
        self, person: Person, room: int, side: str, phase: str, count: int, seconds: float = 0
    ) -> None:
        """Say so many things, spread over so many seconds."""
        begun = time.monotonic()
        for number in range(1, count + 1):
            self._say(person, room, side, phase)
            time.sleep(max(0.0, begun + seconds * number / count - time.monotonic()))

    def _say(self, person: Person, room: int, side: str, phase: str) -> None:
        started = time.monotonic()
        body = {"sender_type": side, "text": SAID[side]}
        answer = person.http.post(f"/api/chat-rooms/{room}/send_message/", json=body)
        self.answers.append((answer.status_code, time.monotonic() - started, phase))


def _room(port: int, number: int) -> Iterator[tuple[Person, int, str]]:
    doctor = Person(port, f"doctor-{number}", Role.DOCTOR)
    patient = Person(port, f"patient-{number}", Role.PATIENT)
    body = {"name": "Ward", "patient_language": "afr", "participants": [patient.user.pk]}
    room = int(doctor.http.post("/api/chat-rooms/", json=body).json()["id"])
    yield doctor, room, "doctor"
    yield patient, room, "patient"


def talk_through_an_outage(port: int, broker: Broker) -> tuple[Talk, float]:
    """Everything that is said, and for how many seconds the broker was away."""
    talk = Talk(port)
    for thread in talk.threads:
        thread.start()
    talk.turn.wait(PATIENCE)
    broker.kill()
    gone = time.monotonic()
    talk.turn.wait(PATIENCE)
    talk.turn.wait(PATIENCE + OUTAGE)
    time.sleep(max(0, gone + OUTAGE - time.monotonic()))
    broker.start()
    away = time.monotonic() - gone
    for thread in talk.threads:
        thread.join()
    return talk, away


def everything_is_translated() -> bool:
    return ChatMessage.objects.filter(state=MessageState.DONE).count() == MESSAGES


def send_everything_again() -> None:
    """What a relay does that was killed before it could note what it had sent, at its worst."""
    RelayCursor.objects.update(
        xid=LOG_START.xid, event_id=LOG_START.id, ahead=[], holder=None, held_until=None
    )


def in_order() -> dict[str, list[int]]:
    """The ids of every event of every room, as the log has them."""
    rooms: dict[str, list[int]] = {}
    for stream, id_ in (
        Event.objects.filter(stream__startswith="chat-room:")
        .order_by("id")
        .values_list("stream", "id")
    ):
        rooms.setdefault(stream, []).append(id_)
    return rooms


def report(profile: str, talk: Talk, away: float, listener: Listener) -> None:
    """What happened, for the documents."""
    waits = sorted(seconds for _, seconds, _ in talk.answers)
    phases = Counter(phase for _, _, phase in talk.answers)
    sys.stdout.write(
        f"\n{profile}: broker killed for {away:.0f} s; {phases['away']} of {len(waits)} messages"
        f" sent meanwhile; statuses {dict(Counter(status for status, _, _ in talk.answers))};"
        f" answered in p50 {1e3 * waits[len(waits) // 2]:.0f} ms,"
        f" p99 {1e3 * waits[len(waits) * 99 // 100]:.0f} ms, slowest {1e3 * waits[-1]:.0f} ms;"
        f" {listener.count} events in {len(listener.heard)} rooms heard once and in order"
        f" out of {sum(listener.deliveries.values())} deliveries\n"
    )


@pytest.mark.parametrize("profile", PROFILES)
def test_rabbitmq_is_killed_and_every_event_arrives_once_and_in_order(
    profile: str, rabbit: Broker, valkey: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = (f"outage-{uuid.uuid4().hex}",) * 2
    celery = rabbit.url if profile == "distributed" else valkey
    monkeypatch.setenv("RABBITMQ_URL", rabbit.url)
    monkeypatch.setenv("RABBITMQ_EXCHANGE", names[0])
    # reading aloud takes the processor and has nothing to do with the bus
    monkeypatch.setenv("AI_SPEECH_PROVIDER", "none")
    QueueConsumer(rabbit.url, *names).declare()
    workers = Workers(celery, tmp_path, "default,maintenance,translation")
    with (
        bus_for_a_while(),
        Listener(rabbit.url, names, what=lambda message: message.sequence) as listener,
        web_server(CELERY_BROKER_URL=celery) as port,
    ):
        try:
            workers.start()
            talk, away = talk_through_an_outage(port, rabbit)
            assert {status for status, _, _ in talk.answers} == {201}
            assert len(talk.answers) == MESSAGES
            eventually(everything_is_translated)
            expected = in_order()
            assert sum(map(len, expected.values())) == 2 * MESSAGES
            eventually(lambda: listener.count >= 2 * MESSAGES)
            send_everything_again()
            eventually(lambda: sum(listener.deliveries.values()) >= 4 * MESSAGES)
        finally:
            workers.kill()
    assert listener.heard == expected
    report(profile, talk, away, listener)
