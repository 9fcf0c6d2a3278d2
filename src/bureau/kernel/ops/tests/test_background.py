"""The routes of the queue's monitors: workers, newest tasks, and one task for its owner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.sessions import open_session, tokens_of
from bureau.kernel.accounts.tests.cast import add_person
from bureau.kernel.events.log import emit
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.ops import background, health
from bureau.kernel.ops.health import Probe
from bureau.kernel.ops.maintenance import maintain_database

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(health, "WORKERS", Probe("message broker", lambda: ["audio@a", "main@a"]))
    before = dict(background._results)
    yield
    background._results.clear()
    background._results.update(before)


def client_of(user: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {tokens_of(open_session(user)).access}"})


def task_of(user: User | None, **fields: Any) -> Task:
    job = Job.objects.create(kind="test", owner=user)
    return Task.objects.create(job=job, kind="test.kind", queue="rag", **fields)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "PENDING"}, {"status": "PENDING", "ready": False, "progress": 0}),
        (
            {"status": "PENDING", "attempt": 1},
            {"status": "RETRY", "ready": False, "progress": 0},
        ),
        (
            {"status": "SUCCESS", "progress": 100, "result": {"items": 3}},
            {"status": "SUCCESS", "ready": True, "progress": 100, "result": {"items": 3}},
        ),
        (
            {"status": "FAILED", "error_code": "TIMEOUT", "error_message": "Too slow."},
            {
                "status": "FAILURE",
                "ready": True,
                "progress": 0,
                "error": "Too slow.",
                "error_code": "TIMEOUT",
            },
        ),
        (
            {"status": "CANCELLED"},
            {
                "status": "REVOKED",
                "ready": True,
                "progress": 0,
                "error": "The task was cancelled.",
                "error_code": "CANCELLED",
            },
        ),
    ],
)
def test_a_task_is_told_in_celerys_words_to_its_owner_and_administrators_alone(
    fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    owner, other = add_person("doctor", Role.DOCTOR), add_person("other", Role.DOCTOR)
    task = task_of(owner, **fields)
    path = f"/api/tasks/{task.pk}/"
    for person in (owner, add_person("admin", Role.ADMIN)):
        assert client_of(person).get(path).json() == {"task_id": task.pk, **expected}
    assert client_of(other).get(path).status_code == 404
    assert Client().get(path).status_code == 403


def test_a_result_about_persons_is_composed_when_it_is_asked_for() -> None:
    owner = add_person("doctor", Role.DOCTOR)
    task = task_of(owner, status="SUCCESS", result={"stored": 1})
    background.register_result("test.kind", lambda one: {"composed": one.pk})
    answer = client_of(owner).get(f"/api/tasks/{task.pk}/").json()
    assert answer["result"] == {"composed": task.pk}


def test_the_monitor_lists_workers_and_the_newest_tasks(settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "amqp://someone:secret@queue.example:5672/house"
    ended = timezone.now()
    done = task_of(
        None,
        status="SUCCESS",
        params={"document": 4},
        started_at=ended - timedelta(seconds=2.5),
        finished_at=ended,
        result={"about": "a person"},
    )
    failed = task_of(None, status="FAILED", error_message="The file is damaged.", worker="main@a")
    for number in range(2):
        emit("collection:1", "collection.created", payload={"collection_id": number})
    answer = client_of(add_person("admin", Role.ADMIN)).get("/api/celery/status/").json()
    assert answer.pop("tasks") == [
        {
            "id": failed.pk,
            "name": "test.kind",
            "status": "FAILURE",
            "result": "The file is damaged.",
            "args": [],
            "kwargs": {},
            "queue": "rag",
            "worker": "main@a",
            "started": None,
            "runtime": None,
        },
        {
            "id": done.pk,
            "name": "test.kind",
            "status": "SUCCESS",
            "result": None,
            "args": [],
            "kwargs": {"document": 4},
            "queue": "rag",
            "worker": None,
            "started": done.started_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "runtime": 2.5,
        },
    ]
    assert answer == {
        "celery_enabled": True,
        "workers_available": True,
        "worker_count": 2,
        "worker_names": ["audio@a", "main@a"],
        "broker_url": "amqp://queue.example:5672/house",
        "events_waiting": 2,
    }


def test_a_broker_that_is_down_is_an_answer_and_the_rows_are_still_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def down() -> list[str]:
        raise ConnectionError("no route")

    monkeypatch.setattr(health, "WORKERS", Probe("message broker", down))
    task_of(None)
    answer = client_of(add_person("admin", Role.ADMIN)).get("/api/celery/status/")
    assert answer.status_code == 200
    body = answer.json()
    assert body["error"] == "The message broker cannot be reached."
    assert (body["workers_available"], body["worker_names"], len(body["tasks"])) == (False, [], 1)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://:secret@cache:6379/1", "redis://cache:6379/1"),
        ("redis+socket:///home/me/valkey.sock?virtual_host=0", "redis+socket://"),
        ("amqp://a:b@[::1]:5672//", "amqp://::1:5672//"),
    ],
)
def test_addresses_are_shown_without_login_and_path_of_a_socket(url: str, shown: str) -> None:
    assert background.without_login(url) == shown


@pytest.mark.django_db(databases=["default", "owner"])
def test_maintenance_removes_sessions_that_are_over_and_keeps_the_others() -> None:
    now = timezone.now()
    for name, expires in (("old", now - timedelta(days=1)), ("new", now + timedelta(days=1))):
        Session.objects.create(session_key=name, session_data="", expire_date=expires)
    maintain_database()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
