"""Health routes on the wire, key by key as clients of the original systems read them."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from celery.contrib.testing.worker import start_worker
from django.test import Client

from bureau.kernel.jobs import presence
from bureau.kernel.jobs.celery_app import app
from bureau.kernel.jobs.queues import QUEUES


@pytest.fixture(autouse=True)
def _nobody_was_there_before() -> None:
    presence.forget_everything()


ROUTES = ["", "db", "db/", "redis/", "celery/"]


def test_the_plain_route_answers_pong_and_names_service_and_version(client: Client) -> None:
    answer = client.get("/api/health/")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "message": "pong",
        "service": "bureau",
        "version": version("bureau"),
    }


@pytest.mark.parametrize("path", ["/api/health/db", "/api/health/db/"])
def test_a_healthy_database_tells_its_name_and_latency(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    body = answer.json()
    assert body.keys() == {"status", "latency_ms", "database"}
    assert body["status"] == "healthy"
    assert body["latency_ms"] == round(body["latency_ms"], 2) > 0
    assert isinstance(body["database"], str)


def test_a_healthy_redis(client: Client) -> None:
    answer = client.get("/api/health/redis/")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "service": "redis"}


def test_without_workers_celery_is_a_warning_and_not_a_failure(client: Client) -> None:
    answer = client.get("/api/health/celery/")
    assert answer.status_code == 200
    body = answer.json()
    assert {queue["state"] for queue in body.pop("queues").values()} == {"nobody"}
    assert body == {
        "status": "warning",
        "service": "celery",
        "message": "No active workers found",
    }


@pytest.mark.django_db
def test_live_workers_are_counted_and_each_queue_is_told(client: Client) -> None:
    with start_worker(app, pool="solo", perform_ping_check=False):
        # Celery's worker for tests does not send the signal that a real one announces itself at
        presence.announce("main@here", list(QUEUES))
        body = client.get("/api/health/celery/").json()
    queues = body.pop("queues")
    assert body == {"status": "ok", "service": "celery", "workers": 1}
    assert list(queues) == list(QUEUES)
    assert all(queue["state"] == "ok" and queue["workers"] == 1 for queue in queues.values())
    fields = {"waiting", "running", "oldest_waiting_seconds", "last_done_seconds"}
    assert all(fields <= queue.keys() for queue in queues.values())


@pytest.mark.django_db
def test_a_queue_that_nobody_takes_is_named(client: Client) -> None:
    taken = [queue for queue in QUEUES if queue != "audio"]
    with start_worker(app, pool="solo", perform_ping_check=False, queues=taken):
        presence.announce("main@here", taken)
        body = client.get("/api/health/celery/").json()
    assert (body["status"], body["message"]) == ("warning", "No worker takes audio.")
    assert body["queues"]["audio"]["state"] == "nobody"


@pytest.mark.parametrize("route", ROUTES)
def test_no_cache_may_keep_an_answer_and_no_session_is_touched(client: Client, route: str) -> None:
    answer = client.get(f"/api/health/{route}")
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.parametrize("route", ROUTES)
def test_other_methods_are_refused(client: Client, route: str) -> None:
    path = f"/api/health/{route}"
    for method in (client.post, client.put, client.patch, client.delete):
        answer = method(path)
        assert answer.status_code == 405
        assert answer["Allow"] == "GET, HEAD"
        assert answer.json()["code"] == "METHOD_NOT_ALLOWED"
    assert client.head(path).status_code == 200


def test_health_is_never_throttled(client: Client) -> None:
    assert {client.get("/api/health/").status_code for _ in range(200)} == {200}
