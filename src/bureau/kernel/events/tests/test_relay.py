"""The relay: what leaves the log, in which order, once each, by one process at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.waiting import PATIENCE

from bureau.kernel.events import relay
from bureau.kernel.events.log import emit, emitted
from bureau.kernel.events.models import Event, HeardMessage, RelayCursor
from bureau.kernel.events.relay import relay_events, waiting
from bureau.kernel.events.relay_inbox import MEMORY, forget_old_messages, hear
from bureau.kernel.events.relay_routes import BusMessage, matches, publish_type, subscribe
from bureau.kernel.events.testing import bus_for_a_while

COMMITTED = pytest.mark.django_db(transaction=True)


class Publisher:
    """Keeps what it is given; breaks at the given numbers."""

    def __init__(self, *breaks: int) -> None:
        self.sent: list[BusMessage] = []
        self.breaks, self.calls = set(breaks), 0

    def send(self, message: BusMessage) -> None:
        self.calls += 1
        if self.calls in self.breaks:
            raise ConnectionError("cut")
        self.sent.append(message)

    def close(self) -> None:
        pass

    @property
    def numbers(self) -> list[int]:
        return [message.sequence for message in self.sent]


@pytest.fixture(autouse=True)
def _bus() -> Iterator[None]:
    with bus_for_a_while():
        publish_type("note.made", lambda event: {"n": event.payload.get("n")})
        yield


def note(stream: str = "room:1", n: int = 0, type: str = "note.made") -> int:
    return emitted(stream, type, payload={"n": n, "secret": "not for outside"}).pk


@COMMITTED
def test_only_registered_types_leave_and_only_what_their_payload_names() -> None:
    note(type="note.kept")
    made = note(n=7)
    publisher = Publisher()
    assert relay_events(publisher=publisher) == 1
    (message,) = publisher.sent
    assert (message.event_type, message.payload, message.sequence) == ("note.made", {"n": 7}, made)
    assert message.stream == "room:1"
    assert len(message.message_id) == 32
    assert relay_events(publisher=publisher) == 0


@COMMITTED
def test_a_message_survives_its_journey_as_bytes() -> None:
    note(n=3)
    publisher = Publisher()
    relay_events(publisher=publisher)
    (message,) = publisher.sent
    assert BusMessage.received(message.body, message.headers) == message


@COMMITTED
def test_what_could_not_be_sent_goes_out_later_in_order_and_with_the_same_id() -> None:
    ids = [note(n=n) for n in range(30)]
    publisher = Publisher(1, 12, 25)
    left = []
    for _ in range(4):
        relay_events(publisher=publisher)
        left.append(waiting())
    assert left == [30, 20, 8, 0]
    assert publisher.numbers == ids
    assert len({message.message_id for message in publisher.sent}) == 30


@COMMITTED
def test_a_killed_relay_sends_little_twice_and_the_same_ids() -> None:
    ids = [note(n=n) for n in range(2 * relay.SAVE_EVERY + 5)]
    publisher = Publisher()

    class Killed(BaseException):
        pass

    def die(message: BusMessage) -> None:
        if len(publisher.sent) == relay.SAVE_EVERY + 3:
            raise Killed
        publisher.sent.append(message)

    publisher.send = die  # type: ignore[method-assign]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relay.Relay, "release", lambda run: None)
        with pytest.raises(Killed):
            relay_events(publisher=publisher)
    again = Publisher()
    assert relay_events(publisher=again) == 0  # its lease stands
    RelayCursor.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    relay_events(publisher=again)
    assert again.numbers == ids[relay.SAVE_EVERY :]
    repeated = {one.message_id for one in publisher.sent} & {one.message_id for one in again.sent}
    assert len(repeated) == 3


@COMMITTED
def test_one_process_sends_at_a_time() -> None:
    note()
    inner: list[int] = []

    class Nosy(Publisher):
        def send(self, message: BusMessage) -> None:
            inner.append(relay_events(publisher=Publisher()))
            super().send(message)

    publisher = Nosy()
    assert relay_events(publisher=publisher) == 1
    assert inner == [0]


@COMMITTED
def test_a_relay_whose_lease_was_taken_stops_and_writes_nothing_more() -> None:
    ids = [note(n=n) for n in range(3 * relay.SAVE_EVERY)]

    class Stolen(Publisher):
        def send(self, message: BusMessage) -> None:
            super().send(message)
            RelayCursor.objects.update(holder="00000000-0000-4000-8000-000000000001")

    publisher = Stolen()
    relay_events(publisher=publisher)
    assert publisher.numbers == ids[: relay.SAVE_EVERY]
    cursor = RelayCursor.objects.get()
    assert (cursor.xid, cursor.event_id, cursor.ahead) == (0, 0, [])


@COMMITTED
@pytest.mark.parametrize("batch", [1, 2, 500])
def test_a_stream_keeps_its_order_when_an_early_transaction_writes_late(
    batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "BATCH", batch)
    began, go_on = threading.Event(), threading.Event()

    def early_but_late() -> None:
        with transaction.atomic():
            note("room:2", n=0)  # gives the transaction its low id
            began.set()
            go_on.wait(PATIENCE)
            note("room:1", n=2)
        connection.close()

    thread = threading.Thread(target=early_but_late)
    thread.start()
    began.wait(PATIENCE)
    note("room:1", n=1)
    publisher = Publisher()
    relay_events(publisher=publisher)
    assert publisher.sent == []  # the open transaction may still write below
    go_on.set()
    thread.join()
    note("room:1", n=3)
    relay_events(publisher=publisher)
    of_room = [one.payload["n"] for one in publisher.sent if one.stream == "room:1"]
    assert of_room == [1, 2, 3]
    assert len(publisher.sent) == Event.objects.count() == 4


@COMMITTED
def test_an_event_that_overtakes_the_horizon_is_not_sent_again() -> None:
    """The early transaction ends while another is open: its stream's later transaction is sent
    ahead of the cursor, and remembered."""
    barrier = {name: threading.Event() for name in ("low", "blocker", "write", "end")}

    def low() -> None:
        with transaction.atomic():
            note("room:2")
            barrier["low"].set()
            barrier["write"].wait(PATIENCE)
            note("room:1", n=2)
        connection.close()

    def blocker() -> None:
        with transaction.atomic():
            note("room:3")
            barrier["blocker"].set()
            barrier["end"].wait(PATIENCE)
        connection.close()

    threads = [threading.Thread(target=low), threading.Thread(target=blocker)]
    threads[0].start()
    barrier["low"].wait(PATIENCE)
    threads[1].start()
    barrier["blocker"].wait(PATIENCE)
    note("room:1", n=1)
    barrier["write"].set()
    threads[0].join()
    publisher = Publisher()
    relay_events(publisher=publisher)
    assert [one.payload["n"] for one in publisher.sent if one.stream == "room:1"] == [1, 2]
    assert len(RelayCursor.objects.get().ahead) == 1
    barrier["end"].set()
    threads[1].join()
    relay_events(publisher=publisher)
    assert len(publisher.numbers) == len(set(publisher.numbers)) == 4
    assert RelayCursor.objects.get().ahead == []


@COMMITTED
def test_a_payload_that_cannot_be_made_holds_nothing_up() -> None:
    def broken(event: Event) -> dict[str, Any]:
        raise LookupError("gone")

    publish_type("note.broken", broken)
    publish_type("note.erased", lambda event: None)
    note(type="note.broken")
    note(type="note.erased")
    last = note()
    publisher = Publisher()
    assert relay_events(publisher=publisher) == 3
    assert publisher.numbers == [last]


@COMMITTED
def test_without_a_broker_the_subscribers_hear_it_here(settings: Any) -> None:
    settings.EVENT_BUS_URL = ""
    heard: list[int] = []
    subscribe("test.all", "note.*", lambda message: heard.append(message.sequence))
    ids = [note(n=n) for n in range(3)]
    assert relay_events() == 3
    assert heard == ids
    assert relay_events() == 0


def message(number: int = 1) -> BusMessage:
    return BusMessage(f"{number:032x}", "note.made", "2026-01-01T00:00:00+00:00", "room:1", number)


@pytest.mark.django_db
def test_a_repeated_message_is_heard_once_by_each() -> None:
    heard: list[str] = []
    subscribe("test.a", "#", lambda message: heard.append("a"))
    subscribe("test.b", "note.made", lambda message: heard.append("b"))
    for _ in range(3):
        hear(message())
    assert heard == ["a", "b"]


@pytest.mark.django_db
def test_a_subscriber_that_fails_is_tried_again_and_what_it_wrote_is_undone() -> None:
    calls: list[int] = []

    def clumsy(message: BusMessage) -> None:
        emit("test:1", "written")
        calls.append(1)
        if len(calls) < 3:
            raise ValueError("not yet")

    subscribe("test.clumsy", "#", clumsy)
    hear(message())
    assert len(calls) == 3
    assert Event.objects.filter(type="written").count() == 1


@pytest.mark.django_db
def test_a_subscriber_that_always_fails_is_noted_and_stops_nobody() -> None:
    heard: list[str] = []
    subscribe("test.broken", "#", lambda message: 1 / 0)  # type: ignore[arg-type,return-value]
    subscribe("test.fine", "#", lambda message: heard.append("fine"))
    hear(message())
    assert heard == ["fine"]
    assert HeardMessage.objects.get(subscriber="test.broken").problem == "ZeroDivisionError"


@pytest.mark.django_db
def test_a_database_that_is_away_means_later_not_never() -> None:
    def away(message: BusMessage) -> None:
        raise OperationalError("the server closed the connection")

    subscribe("test.away", "#", away)
    with pytest.raises(OperationalError):
        hear(message())
    assert not HeardMessage.objects.exists()


@pytest.mark.django_db
def test_old_notes_are_forgotten() -> None:
    subscribe("test.all", "#", lambda message: None)
    hear(message(1))
    hear(message(2))
    old = timezone.now() - MEMORY - timedelta(hours=1)
    HeardMessage.objects.filter(sequence=1).update(at=old)
    assert forget_old_messages() == 1
    assert HeardMessage.objects.get().sequence == 2


@pytest.mark.parametrize(
    ("pattern", "type", "fits"),
    [
        ("#", "message.created", True),
        ("message.*", "message.created", True),
        ("message.*", "message", False),
        ("message.#", "message", True),
        ("*.created", "message.created", True),
        ("message.created", "message.translated", False),
        ("*", "message.created", False),
        ("#.failed", "dataset.import.failed", True),
    ],
)
def test_patterns_mean_what_topic_exchanges_mean_by_them(
    pattern: str, type: str, fits: bool
) -> None:
    assert matches(pattern, type) is fits


@given(words=st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=5))
def test_a_type_fits_itself_and_the_pattern_of_all(words: list[str]) -> None:
    type = ".".join(words)
    assert matches(type, type)
    assert matches("#", type)
    assert matches(".".join("*" for _ in words), type)
    assert not matches(f"{type}.*", type)
