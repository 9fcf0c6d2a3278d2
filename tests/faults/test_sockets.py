"""Promise R9: a watcher that is cut off comes back with its cursor and misses nothing.

Over a real web server, with real connections that are cut.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.sessions import open_session, tokens_of
from bureau.kernel.events import log
from bureau.kernel.events.log import read_stream
from bureau.kernel.jobs import publishing, services
from bureau.kernel.jobs.events import job_event
from bureau.kernel.jobs.models import Job
from tests.faults.web import web_server
from tests.waiting import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)

# generous: a busy machine is no failure; the feed polls every five seconds
CUTS = 20

Open = Callable[..., AbstractContextManager[ClientConnection]]


@pytest.fixture(scope="module")
def port(django_db_setup: None) -> Iterator[int]:
    """A web server in a process of its own, on the test database."""
    with web_server() as number:
        yield number


@pytest.fixture
def owner() -> User:
    return User.objects.create(username="owner", role=Role.ANALYST)


@pytest.fixture
def job(owner: User) -> Job:
    return services.create_job(owner, "test")


@pytest.fixture
def watch(port: int, owner: User, job: Job) -> Open:
    """Open a socket on the job, as its owner unless told otherwise."""

    def open_socket(query: str = "", user: User | None = owner) -> Any:
        access = tokens_of(open_session(user)).access if user else ""
        return connect(
            f"ws://127.0.0.1:{port}/ws/jobs/{job.pk}/{query}",
            origin="http://localhost",
            additional_headers={"Authorization": f"Bearer {access}"} if access else {},
        )

    return open_socket


def say(job: Job, number: int) -> None:
    publishing.publish_job_event(job, "PROGRESS", f"Step {number}", progress=number % 101)


def say_in_background(job: Job, numbers: range) -> threading.Thread:
    """Emit an event for each number, at an uneven pace."""

    def work() -> None:
        dice = random.Random(1)
        for number in numbers:
            say(job, number)
            time.sleep(dice.random() / 50)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def told(job: Job) -> list[dict[str, Any]]:
    """What the log says, in the shape of the socket."""
    return [job_event(event) for event in read_stream(job.stream)]


def receive(socket: ClientConnection, number: int) -> list[dict[str, Any]]:
    return [json.loads(socket.recv(timeout=PATIENCE)) for _ in range(number)]


def cut(socket: ClientConnection) -> None:
    """End the connection without a goodbye, as a lost network does."""
    socket.socket.close()


def test_a_client_cut_off_at_random_has_every_event_once_in_order(watch: Open, job: Job) -> None:
    total, dice, got = 200, random.Random(9), []
    writer = say_in_background(job, range(total))
    cuts = 0
    while len(got) < total:
        after = f"?after={got[-1]['id']}" if got else ""
        left = total - len(got)
        few = min(left, dice.randint(0, 2 * total // CUTS))
        with watch(after) as socket:
            got += receive(socket, few if cuts < CUTS else left)
            cut(socket)
        cuts += 1
    writer.join()
    assert cuts > CUTS // 2
    assert got == told(job)


def test_without_a_cursor_the_whole_stream_is_replayed(watch: Open, job: Job) -> None:
    for number in range(5):
        say(job, number)
    with watch() as first, watch("?after=0") as second:
        assert receive(first, 5) == receive(second, 5) == told(job)
    last = told(job)[-1]["id"]
    with watch(f"?after={last}") as socket:
        say(job, 5)
        assert [event["message"] for event in receive(socket, 1)] == ["Step 5"]


def test_more_events_than_one_page_are_replayed_in_order(watch: Open, job: Job) -> None:
    total = log.MAX_BATCH + 20
    for number in range(total):
        say(job, number)
    with watch() as socket:
        ids = [event["id"] for event in receive(socket, total)]
    assert len(set(ids)) == total
    assert ids == sorted(ids)


def test_an_event_whose_hint_is_lost_is_found_by_polling(
    watch: Open, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watch() as socket:
        say(job, 1)
        receive(socket, 1)
        # let the hint of the first event pass, or it would bring the second as well
        time.sleep(0.5)
        monkeypatch.setattr(log, "wake", lambda stream: None)
        say(job, 2)
        assert [event["message"] for event in receive(socket, 1)] == ["Step 2"]


def code_of(opened: Any) -> int:
    """The code a socket is closed with."""
    with opened as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=PATIENCE)
    assert closed.value.rcvd
    return closed.value.rcvd.code


def test_a_nameless_client_is_closed_with_4001(watch: Open) -> None:
    assert code_of(watch(user=None)) == 4001


def test_another_persons_job_and_an_absent_one_are_closed_with_4004(watch: Open, job: Job) -> None:
    other = User.objects.create(username="other", role=Role.ANALYST)
    assert code_of(watch(user=other)) == 4004
    Job.objects.all().delete()
    assert code_of(watch()) == 4004


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "%20", "9" * 40])
def test_a_cursor_that_is_no_event_id_is_closed_with_4000(watch: Open, after: str) -> None:
    assert code_of(watch(f"?after={after}")) == 4000
