"""The log on another server: nothing is written in a wrong place, and everything goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection

from bureau.kernel.events.epochs import continue_log
from bureau.kernel.events.log import emit, read_log, read_stream
from bureau.kernel.events.models import Epoch, Event
from bureau.kernel.events.sealing import seal_events, verify_events

pytestmark = pytest.mark.django_db(transaction=True)
FAR_AHEAD = 5_000_000_000


@pytest.fixture
def as_moved(as_superuser: Any) -> Iterator[Any]:
    """Call it: the log is then as if another server had written it, whose counter was far ahead."""
    connection.close()

    def move() -> None:
        with as_superuser() as other:
            other.execute("SET session_replication_role = replica")
            other.execute("UPDATE events_epoch SET cluster = 1")
            other.execute(
                f"UPDATE events_event SET xid = (xid::text::bigint + {FAR_AHEAD})::text::xid8"
            )
            other.execute(f"UPDATE events_eventseal SET last_xid = last_xid + {FAR_AHEAD}")

    yield move
    with as_superuser() as other:
        other.execute("SET session_replication_role = replica")
        other.execute("TRUNCATE events_event, events_eventseal, events_epoch RESTART IDENTITY")
        other.execute("SELECT events_continue()")


def test_nothing_changes_where_the_server_is_the_same() -> None:
    emit("job:1", "START")
    before = list(Epoch.objects.values_list("pk", flat=True))
    assert not continue_log()
    assert list(Epoch.objects.values_list("pk", flat=True)) == before


def test_an_event_is_refused_until_the_log_goes_on_and_then_stands_behind_all_others(
    as_moved: Any,
) -> None:
    for number in range(3):
        emit("job:1", "STEP", payload={"n": number})
    assert seal_events() == 3
    emit("job:1", "UNSEALED")
    as_moved()
    with pytest.raises(DatabaseError, match="begun on another server"):
        emit("job:1", "LOST")
    assert continue_log()
    assert not continue_log()
    emit("job:1", "LATER")
    assert [event.type for event in read_log()] == ["STEP"] * 3 + ["UNSEALED", "LATER"]
    assert [event.type for event in read_stream("job:1", 3)] == ["UNSEALED", "LATER"]
    assert seal_events() == 2
    verdict = verify_events()
    assert (verdict.problem, verdict.checked) == ("", 5)


def test_sealing_itself_begins_the_epoch(as_moved: Any) -> None:
    emit("job:1", "START")
    as_moved()
    assert seal_events() == 1
    emit("job:1", "DONE")
    assert seal_events() == 1
    assert verify_events().ok
    ids = list(Event.objects.order_by("id").values_list("id", flat=True))
    assert ids[1] - ids[0] > 900_000


def test_the_application_cannot_write_epochs() -> None:
    with pytest.raises(DatabaseError, match="permission denied"):
        Epoch.objects.create(cluster=1, timeline=1, shift=0)


def test_every_function_finds_what_it_names_without_a_search_path() -> None:
    """A restore and `pg_upgrade` run with an empty one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            AND coalesce(array_to_string(proconfig, ','), '') NOT LIKE '%search_path=%'
            AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
            """
        )
        functions = dict(cursor.fetchall())
        cursor.execute(
            """
            SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
            UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            """
        )
        names = {name for (name,) in cursor.fetchall()}
    assert functions
    assert list(_unqualified(functions, names)) == []


def _unqualified(functions: dict[str, str], names: set[str]) -> Iterator[tuple[str, str]]:
    for function, source in functions.items():
        words = re.findall(r"(?<![\w.'])([a-z_]\w+)(?=\s*\(|\s|$)", source)
        ours = {word for word in words if word in names and "_" in word}
        yield from ((function, word) for word in ours if word.startswith(_ROOMS))


_ROOMS = (
    "accounts_", "ai_", "events_", "files_", "grievances_", "helpdesk_", "imaging_", "insights_",
    "interpreting_", "jobs_", "knowledge_", "notify_", "retrieval_", "vault_", "medical_",
)  # fmt: skip
