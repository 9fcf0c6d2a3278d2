"""The log: insert only, ordered within a stream, complete for readers with a cursor."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from tests.waiting import PATIENCE

from bureau.kernel.events.log import LOG_START, LogCursor, emit, read_log, read_stream
from bureau.kernel.events.models import Event
from bureau.kernel.events.sealing import seal_events, verify_events

COMMITTED = pytest.mark.django_db(transaction=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events_event SET message = 'other'",
        "DELETE FROM events_event",
        "TRUNCATE events_event CASCADE",
        "ALTER TABLE events_event DISABLE TRIGGER ALL",
        "DROP TABLE events_event",
        "CREATE TABLE mine (id int)",
    ],
)
def test_the_app_role_can_only_insert(statement: str) -> None:
    emit("job:1", "START")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event.objects.count() == 1


@COMMITTED
def test_the_trigger_stops_even_a_superuser_who_forgets_it(as_superuser: Any) -> None:
    emit("job:1", "START")
    with as_superuser() as other, pytest.raises(Exception, match="append-only"):
        other.execute("UPDATE events_event SET message = 'other'")


@COMMITTED
def test_a_reader_with_a_cursor_sees_every_event_of_a_stream_once() -> None:
    stop = threading.Event()
    seen: list[int] = []

    def write(seed: int) -> None:
        dice = random.Random(seed)
        for number in range(12):
            with transaction.atomic():
                emit("job:7", "STEP", payload={"by": seed, "number": number})
                time.sleep(dice.random() / 100)
        connection.close()

    def read() -> None:
        cursor = 0
        while not stop.is_set() or read_stream("job:7", cursor):
            for event in read_stream("job:7", cursor):
                seen.append(event.pk)
                cursor = event.pk
        connection.close()

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=[seed]) for seed in range(4)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    reader.join()
    assert seen == list(Event.objects.order_by("id").values_list("id", flat=True))
    assert len(seen) == 48


@COMMITTED
def test_a_reader_of_the_whole_log_waits_for_a_lower_id_that_commits_later() -> None:
    opened, release = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with transaction.atomic():
            emit("job:1", "SLOW")
            opened.set()
            release.wait(PATIENCE)
        connection.close()

    thread = threading.Thread(target=slow_writer)
    thread.start()
    opened.wait(PATIENCE)
    emit("job:2", "QUICK")
    assert read_log() == []
    release.set()
    thread.join()
    assert [event.type for event in read_log()] == ["SLOW", "QUICK"]


@COMMITTED
def test_the_log_is_read_in_pages_by_its_cursor() -> None:
    for number in range(7):
        emit(f"job:{number % 3}", "STEP")
    cursor, ids = LOG_START, []
    while page := read_log(cursor, limit=3):
        ids += [event.pk for event in page]
        cursor = LogCursor(page[-1].xid, page[-1].pk)
    assert ids == sorted(ids)
    assert len(ids) == 7


def tampering(statement: str) -> Callable[[Any], None]:
    def act(as_superuser: Any) -> None:
        with as_superuser() as other:
            other.execute("SET session_replication_role = replica")
            other.execute(statement)

    return act


@COMMITTED
@pytest.mark.parametrize(
    ("act", "bad"),
    [
        (tampering("UPDATE events_event SET message = 'nothing happened' WHERE id = 3"), 3),
        (tampering("UPDATE events_event SET at = at + interval '1 s' WHERE id = 4"), 4),
        (tampering("DELETE FROM events_event WHERE id = 2"), 2),
        (
            tampering(
                "INSERT INTO events_event (id, xid, stream, subject, type, level, message, payload,"
                " actor, trace_id) SELECT 99, xid, stream, subject, type, level, message, payload,"
                " actor, trace_id FROM events_event WHERE id = 3"
            ),
            99,
        ),
        (
            tampering(
                "UPDATE events_event SET payload = CASE id WHEN 2 THEN '{\"n\": 5}'::jsonb"
                " ELSE '{\"n\": 2}'::jsonb END WHERE id IN (2, 5)"
            ),
            2,
        ),
        (tampering("DELETE FROM events_event WHERE id >= 4"), 4),
        (tampering("TRUNCATE events_event"), 1),
        (tampering("DELETE FROM events_eventseal WHERE id = 1"), 4),
    ],
)
def test_tampering_is_named_at_the_first_bad_event(
    act: Callable[[Any], None], bad: int, as_superuser: Any
) -> None:
    for number in range(1, 4):
        emit("job:1", "STEP", payload={"n": number})
    seal_events()
    for number in range(4, 7):
        emit("job:1", "STEP", payload={"n": number})
    assert seal_events() == 3
    assert verify_events().ok
    act(as_superuser)
    verdict = verify_events()
    assert not verdict.ok
    assert verdict.bad_event == bad
