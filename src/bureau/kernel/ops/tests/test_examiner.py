"""Health probes against things that are really down, slow or silent."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from celery import Celery
from django.db import connections
from django.test import Client
from pytest_django import Settings
from tests.waiting import PATIENCE

from bureau.kernel.ops import health
from bureau.kernel.ops.health import Examiner, Probe, ask_workers

# what the contract allows; all the time that anything has must lie below
CONTRACT_SECONDS = 5.0
# nothing may be told about where things are
GIVEAWAYS = ("127.0.0.1", "localhost", "postgres", "redis:", "password", "refused", "/tmp")


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def database_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Point the database settings elsewhere; only probes look there anew."""

    def point(port: int) -> None:
        elsewhere = {"HOST": "127.0.0.1", "PORT": str(port), "PASSWORD": "s3cret"}
        for key, value in elsewhere.items():
            monkeypatch.setitem(connections["default"].settings_dict, key, value)

    return point


def test_a_database_that_refuses_is_unhealthy_without_details(
    client: Client, database_at: Callable[[int], None], closed_port: int
) -> None:
    database_at(closed_port)
    answer = client.get("/api/health/db")
    assert answer.status_code == 503
    body = answer.json()
    assert body.keys() == {"status", "error", "latency_ms"}
    assert body["status"] == "unhealthy"
    assert not any(word in answer.content.decode().lower() for word in GIVEAWAYS)


def test_no_probe_is_waited_for_longer_than_the_contract_allows() -> None:
    assert health.DEADLINE_SECONDS < CONTRACT_SECONDS


def test_a_silent_database_is_reported_within_the_bound(
    client: Client, database_at: Callable[[int], None], silent_port: int
) -> None:
    database_at(silent_port)
    assert client.get("/api/health/db").status_code == 503


def test_a_silent_redis_is_reported_within_the_bound(
    client: Client, settings: Settings, silent_port: int
) -> None:
    settings.REDIS_URL = f"redis://:s3cret@127.0.0.1:{silent_port}/0"
    answer = client.get("/api/health/redis/")
    assert answer.status_code == 503
    body = answer.json()
    assert body.keys() == {"status", "service", "message", "latency_ms"}
    assert (body["status"], body["service"]) == ("error", "redis")
    assert not any(word in body["message"].lower() for word in GIVEAWAYS)


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_broker_that_is_down_or_silent_is_reported_within_the_bound(
    scheme: str, closed_port: int, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Celery believes this variable before the address it is given
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    for port in (closed_port, silent_port):
        app = Celery(broker=f"{scheme}://127.0.0.1:{port}//", set_as_current=False)
        app.conf.broker_transport_options = {"socket_connect_timeout": 2, "socket_timeout": 2}
        assert Examiner().examine(Probe("message broker", partial(ask_workers, app))).problem


def test_a_probe_that_never_returns_is_given_up_at_the_deadline() -> None:
    released = threading.Event()
    found = Examiner(deadline_seconds=0.05).examine(Probe("thing", released.wait))
    released.set()
    assert found.problem == "The thing did not answer in time."


def test_callers_at_the_same_time_share_one_probe() -> None:
    asked: list[int] = []
    released = threading.Event()

    def ask() -> str:
        asked.append(1)
        released.wait(PATIENCE)
        return "well"

    examiner, probe, found = Examiner(), Probe("thing", ask), []
    callers = [
        threading.Thread(target=lambda: found.append(examiner.examine(probe).value))
        for _ in range(10)
    ]
    for caller in callers:
        caller.start()
    while not asked:
        time.sleep(0.01)
    released.set()
    for caller in callers:
        caller.join(PATIENCE)
    assert found == ["well"] * 10
    assert len(asked) < 10
    assert examiner.examine(probe).value == "well"


def test_a_slow_answer_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def slow() -> None:
        time.sleep(health.SLOW_MS / 1000 + 0.05)

    caplog.set_level("WARNING")
    Examiner().examine(Probe("database", slow))
    Examiner().examine(Probe("message broker", slow, patience_ms=1_000))
    warnings = [record.msg["event"] for record in caplog.records if record.levelname == "WARNING"]  # type: ignore[index]
    assert warnings == ["database health check latency is high"]


def test_the_database_probe_needs_no_connection_of_the_pool(client: Client) -> None:
    # no database mark: the test would fail if the route touched Django's own connection
    assert client.get("/api/health/db").status_code in (200, 503)
    assert client.get("/api/health/redis/").status_code == 200
