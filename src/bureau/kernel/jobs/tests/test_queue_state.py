"""What is said of a queue: who takes it, what waits, and whether anything gets done."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from bureau.kernel.jobs import presence
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.presence import Unknown
from bureau.kernel.jobs.queue_state import (
    QueueFacts,
    QueueState,
    house_notice,
    queue_facts,
    work_notice,
)
from bureau.kernel.jobs.queues import QUEUES

pytestmark = pytest.mark.django_db
WELL = QueueFacts("rag", workers=("main@a",), waiting=3, oldest_waiting=5.0, last_done=2.0)
LONG = 3_600.0


@pytest.fixture(autouse=True)
def _silence() -> Iterator[None]:
    presence.forget_everything()
    yield
    presence.forget_everything()
    presence._client.cache_clear()


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, QueueState.OK),
        ({"workers": ()}, QueueState.NOBODY),
        # alive, and its processes are killed again and again: hours of waiting and nothing is done
        ({"oldest_waiting": LONG, "last_done": None}, QueueState.STUCK),
        ({"oldest_waiting": LONG, "last_done": LONG}, QueueState.STUCK),
        # busy with something long, in this queue or another of its worker
        ({"oldest_waiting": LONG, "last_done": LONG, "running": 2}, QueueState.OK),
        # much to do, and it gets done
        ({"oldest_waiting": LONG, "last_done": 5.0}, QueueState.OK),
        # nothing to do
        ({"waiting": 0, "oldest_waiting": 0.0, "last_done": LONG}, QueueState.OK),
    ],
)
def test_the_state_of_a_queue(changes: dict[str, Any], state: QueueState) -> None:
    assert replace(WELL, **changes).state == state


def task(queue: str, *, age: float = 60, **fields: Any) -> Task:
    made = Task.objects.create(job=Job.objects.create(kind="test"), kind="k", queue=queue, **fields)
    Task.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(seconds=age))
    return made


def test_facts_come_from_rows_and_from_what_workers_say() -> None:
    presence.announce("main@a", ["rag", "ai"])
    presence.announce("main@b", ["rag"])
    presence.note_done("rag")
    task("rag", age=300)
    task("rag", age=100)
    first = task("rag", status="SUCCESS", finished_at=timezone.now())
    task("rag", after=first, age=5_000)
    task("rag", not_before=timezone.now() + timedelta(hours=1), age=5_000)
    task("rag", after=task("ai", age=10), age=5_000)
    lease = {"lease": uuid.uuid4(), "lease_until": timezone.now() + timedelta(hours=1)}
    task("ai", status="RUNNING", worker="main@a", **lease)
    rag, ai, audio = queue_facts(["rag", "ai", "audio"])
    assert (rag.workers, rag.waiting, rag.running) == (("main@a", "main@b"), 3, 1)
    assert 300 <= rag.oldest_waiting < 400
    assert rag.last_done is not None
    assert rag.last_done < 60
    assert (ai.workers, ai.waiting, ai.running, ai.last_done) == (("main@a",), 1, 1, None)
    assert audio == QueueFacts("audio")


def test_a_worker_that_is_silent_is_gone_and_one_that_leaves_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    presence.announce("main@a", ["rag"])
    presence.announce("audio@a", ["audio"])
    assert set(presence.present_workers()) == {"rag", "audio"}
    presence.leave("audio@a")
    assert set(presence.present_workers()) == {"rag"}
    monkeypatch.setattr(presence, "GONE_SECONDS", 0.0)
    assert presence.present_workers() == {}


def test_pages_say_when_nobody_takes_their_work() -> None:
    assert work_notice("rag").startswith("Nobody takes this work at present.")
    assert "background" in house_notice()
    presence.announce("main@a", list(QUEUES))
    assert (work_notice("rag"), house_notice()) == ("", "")
    task("rag", age=LONG)
    assert "not getting done" in work_notice("rag", "ai")


def test_without_redis_nothing_is_claimed_and_no_task_fails(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    presence._client.cache_clear()
    presence.note_done("rag")
    with pytest.raises(Unknown):
        presence.present_workers()
    assert (work_notice("rag"), house_notice()) == ("", "")
