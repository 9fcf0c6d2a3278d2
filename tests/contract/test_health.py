"""Health routes on the wire, key by key as clients of the original systems read them."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from celery.contrib.testing.worker import start_worker
from django.test import Client

from bureau.kernel.jobs.celery_app import app

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
    assert answer.json() == {
        "status": "warning",
        "service": "celery",
        "message": "No active workers found",
    }


def test_live_workers_are_counted(client: Client) -> None:
    with start_worker(app, pool="solo", perform_ping_check=False):
        answer = client.get("/api/health/celery/")
    assert answer.json() == {"status": "ok", "service": "celery", "workers": 1}


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
