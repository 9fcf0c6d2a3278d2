"""The event bus on every broker: no event is lost, each room's order holds, repeats are absorbed.

The embedded broker always; with `TEST_REDIS_URL` and `TEST_AMQP_URL` those servers as well. The
broker is out of reach because the line to it is cut: a machine's server is nobody's to stop.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from kombu import Connection

from bureau.kernel.events.log import emit
from bureau.kernel.events.models import Event, HeardMessage, RelayCursor
from bureau.kernel.events.relay import relay_events
from bureau.kernel.events.relay_consumer import QueueConsumer
from bureau.kernel.events.relay_publishers import CONTENT_TYPE, TopicExchange
from bureau.kernel.events.relay_routes import publish_type
from bureau.kernel.events.testing import Link, bus_for_a_while
from tests.conformance.listening import Listener
from tests.conformance.workers import eventually
from tests.waiting import PATIENCE

ROOMS, EVENTS = 5, 500
# pieces of answers after which the line breaks: in the middle of messages, each time elsewhere
BREAKS = (40, 91, 160, 33, 250, 70, 124)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _types() -> Iterator[None]:
    with bus_for_a_while():
        publish_type("message.created", lambda event: {"message_id": event.payload["n"]})
        publish_type("tts.generated", lambda event: {"message_id": event.payload["n"]})
        yield


@pytest.fixture
def link(broker: str) -> Iterator[Link]:
    with Link(broker) as line:
        yield line


@pytest.fixture
def names(broker: str) -> Iterator[tuple[str, str]]:
    """An exchange and a queue of this test's own."""
    exchange = queue = f"test-{uuid.uuid4().hex}"
    yield exchange, queue
    with Connection(broker) as connection:
        consumer = QueueConsumer(broker, exchange, queue)
        bound = consumer.queue(connection.default_channel)
        bound.delete()
        bound.exchange.delete()


def say(room: int, number: int, type: str = "message.created") -> None:
    with transaction.atomic():
        emit(f"room:{room}", type, payload={"n": number})


def say_much(room: int) -> None:
    for number in range(EVENTS // ROOMS):
        say(room, number)
    connection.close()


def in_threads(rooms: int = ROOMS) -> None:
    threads = [threading.Thread(target=say_much, args=[room]) for room in range(rooms)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def waiting(url: str, consumer: QueueConsumer) -> list[Any]:
    """Take everything from the queue, as another program would."""
    with Connection(url) as broker:
        queue = consumer.queue(broker.default_channel)
        found = []
        while (one := queue.get(no_ack=True, accept=[CONTENT_TYPE])) is not None:
            found.append(one)
        return found


def everything_sent() -> bool:
    cursor = RelayCursor.objects.get()
    return cursor.event_id == Event.objects.latest("id").pk


def test_a_bus_that_is_away_loses_nothing_and_holds_nobody_up(
    broker: str, link: Link, names: tuple[str, str]
) -> None:
    consumer = QueueConsumer(broker, *names)
    consumer.declare()
    publisher = TopicExchange(link.url, names[0])
    say(0, -1)
    assert relay_events(publisher=publisher) == 1
    link.cut()
    in_threads()
    assert Event.objects.count() == EVENTS + 1
    assert relay_events(publisher=publisher) == 0
    for answers in (*BREAKS, None):
        link.cut()
        link.mend(answers)
        relay_events(publisher=publisher)
    assert everything_sent()
    with Listener(broker, names) as listener:
        expected = list(range(EVENTS // ROOMS))
        eventually(lambda: sum(map(len, listener.heard.values())) >= EVENTS + 1)
        eventually(lambda: sum(listener.deliveries.values()) > EVENTS + 1)
    assert listener.heard.pop("room:0") == [-1, *expected]
    assert dict(listener.heard) == {f"room:{room}": expected for room in range(1, ROOMS)}
    repeats = sum(listener.deliveries.values()) - (EVENTS + 1)
    # one for each break at most, and the breaks did make some
    assert 0 < repeats <= len(BREAKS)


def test_a_message_on_the_wire_is_what_the_contract_says(
    broker: str, names: tuple[str, str]
) -> None:
    consumer = QueueConsumer(broker, *names)
    consumer.declare()
    publisher = TopicExchange(broker, names[0])
    say(3, 41, "tts.generated")
    relay_events(publisher=publisher)
    publisher.close()
    (message,) = waiting(broker, consumer)
    event = Event.objects.get()
    body = json.loads(bytes(message.body) if isinstance(message.body, memoryview) else message.body)
    assert body == {
        "event_type": "tts.generated",
        "timestamp": event.at.isoformat(),
        "payload": {"message_id": 41},
    }
    assert body["timestamp"].endswith("+00:00")
    assert message.content_type == "application/json; charset=utf-8"
    assert message.delivery_info["routing_key"] == "tts.generated"
    assert message.properties["delivery_mode"] == 2
    assert message.headers["message_id"] == message.properties["message_id"]


def test_a_consumer_that_loses_its_line_finds_the_bus_again(
    broker: str, link: Link, names: tuple[str, str]
) -> None:
    QueueConsumer(broker, *names).declare()
    publisher = TopicExchange(broker, names[0])
    with Listener(link.url, names) as listener:
        say(1, 1)
        relay_events(publisher=publisher)
        eventually(lambda: listener.heard["room:1"] == [1])
        link.cut()
        say(1, 2)
        relay_events(publisher=publisher)
        link.mend()
        eventually(lambda: listener.heard["room:1"] == [1, 2])
    publisher.close()


def test_a_foreign_message_is_put_aside_and_the_next_one_heard(
    broker: str, names: tuple[str, str]
) -> None:
    consumer = QueueConsumer(broker, *names)
    consumer.declare()
    with Connection(broker) as other:
        other.Producer().publish(
            b"[1, 2]", exchange=names[0], routing_key="message.created",
            content_type=CONTENT_TYPE, content_encoding="utf-8",
        )  # fmt: skip
    publisher = TopicExchange(broker, names[0])
    say(1, 7)
    relay_events(publisher=publisher)
    publisher.close()
    with Listener(broker, names) as listener:
        eventually(lambda: listener.heard["room:1"] == [7])
    assert waiting(broker, consumer) == []


@contextmanager
def running(*words: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A management command in a process of its own, stopped as an operator stops it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "django", *words],
        env={**os.environ, "PYTHONUNBUFFERED": "1", **variables},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert process.stdout
        assert process.stdout.read().endswith("Stopped.\n")


def say_created(number: int) -> None:
    """An event that the interpreting desk lets out; the command's process knows the real desks."""
    emit("collection:7", "collection.created", payload={"collection_id": number})


def test_the_command_hears_the_bus_until_it_is_stopped(broker: str, names: tuple[str, str]) -> None:
    publish_type("collection.created", lambda event: dict(event.payload))
    QueueConsumer(broker, *names).declare()
    publisher = TopicExchange(broker, names[0])
    bus = {"RABBITMQ_URL": broker, "RABBITMQ_EXCHANGE": names[0]}
    with running("consume_events", "--queue", names[1], **bus) as command:
        assert command.stdout
        assert command.stdout.readline() == f"Hearing the queue {names[1]} of {names[0]}.\n"
        say_created(1)
        relay_events(publisher=publisher)
        publisher.close()
        assert command.stdout.readline().endswith(" collection.created collection:7\n")
    assert HeardMessage.objects.filter(subscriber="interpreting.note").count() == 1


def test_without_a_bus_the_command_follows_the_log() -> None:
    with running("run_event_consumer", RABBITMQ_URL="") as command:
        assert command.stdout
        assert "following the log" in command.stdout.readline()
        say_created(1)
        assert command.stdout.readline().endswith(" collection.created collection:7\n")
    assert HeardMessage.objects.filter(subscriber="interpreting.note").count() == 1
