"""One suite for every broker: no job is lost, no effect is doubled (promises R1, R5, R8, R12).

The embedded broker always; with `TEST_REDIS_URL` and `TEST_AMQP_URL` those servers as well.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from pytest_django import Settings

from bureau.kernel.events.models import Event
from bureau.kernel.events.testing import Link
from bureau.kernel.jobs import control, services
from bureau.kernel.jobs.dispatch import dispatch_task
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.reaper import sweep
from bureau.kernel.jobs.status import OPEN
from bureau.kernel.jobs.testing import kinds_for_a_while
from tests.conformance.handlers import EFFECT, register
from tests.conformance.workers import (
    LEASE_SECONDS,
    Workers,
    eventually,
    let_leases_run_out,
    lose_patience,
    publishing_to,
    purge,
)

CLOSED_PORT = "127.0.0.1:9"


@pytest.fixture(scope="module")
def workers(broker: str, tmp_path_factory: Any, django_db_setup: None) -> Iterator[Workers]:
    group = Workers(broker, tmp_path_factory.mktemp("workers"))
    with publishing_to(broker):
        purge()
        try:
            group.start()
            yield group
        finally:
            group.kill()
            purge()


@pytest.fixture(autouse=True)
def _ground(settings: Settings) -> Iterator[None]:
    settings.BUREAU_LEASE_SECONDS = LEASE_SECONDS
    with kinds_for_a_while():
        register()
        yield


def job_of(kind: str, number: int = 1, **params: Any) -> Job:
    """A job with so many tasks of a kind."""
    job = services.create_job(None, "test")
    for _ in range(number):
        services.enqueue(job, kind, params)
    return job


def done(job: Job) -> int:
    return job.tasks.filter(status="SUCCESS").count()


def all_ended(job: Job) -> bool:
    return not job.tasks.filter(status__in=OPEN).exists()


def assert_each_effect_once(job: Job) -> None:
    effects = Counter(
        Event.objects.filter(stream=job.stream, type=EFFECT).values_list("subject", flat=True)
    )
    assert effects == {f"task:{task.pk}": 1 for task in job.tasks.all()}
    job.refresh_from_db()
    assert (job.status, job.progress) == ("SUCCESS", 100)


@pytest.mark.django_db(transaction=True)
class TestBroker:
    """Runs on each broker in turn, with one group of workers."""

    def test_a_hundred_tasks_all_run_exactly_once(self, workers: Workers) -> None:
        job = job_of("test.write_line", 100)
        eventually(lambda: all_ended(job))
        assert_each_effect_once(job)
        assert {task.worker.partition("@")[0] for task in job.tasks.all()} == {"celery"}

    def test_hints_sent_five_times_and_shuffled_do_no_harm(self, workers: Workers) -> None:
        job = job_of("test.write_line", 20)
        hints = list(job.tasks.all()) * 5
        random.Random(5).shuffle(hints)
        assert all(dispatch_task(task) for task in hints)
        eventually(lambda: all_ended(job))
        assert_each_effect_once(job)

    def test_killed_workers_lose_no_task_and_double_no_effect(
        self, workers: Workers, tmp_path: Path
    ) -> None:
        gate = tmp_path / "gate"
        # one task keeps one process busy and the job open while the other process ends ten
        job = job_of("test.gated", gate=str(gate))
        running = job.tasks.filter(status="RUNNING")
        eventually(running.exists)
        for _ in range(10):
            services.enqueue(job, "test.write_line", {})
        eventually(lambda: done(job) == 10)
        for _ in range(39):
            services.enqueue(job, "test.gated", {"gate": str(gate)})
        eventually(lambda: running.count() == 2)
        workers.kill()
        left = list(running.values_list("id", flat=True))
        gate.touch()
        let_leases_run_out()
        workers.start()
        eventually(lambda: all_ended(job))
        assert_each_effect_once(job)
        assert all(self._last_start(task) for task in left)

    def _last_start(self, task_id: int) -> datetime:
        starts = Event.objects.filter(subject=f"task:{task_id}", type="START").order_by("id")
        assert len(starts) == 2
        return starts[1].at

    def test_a_task_that_kills_its_process_is_parked_and_harms_no_other(
        self, workers: Workers
    ) -> None:
        poison, others = job_of("test.crash"), job_of("test.write_line", 20)
        eventually(lambda: all_ended(others))
        eventually(lambda: all_ended(poison), nudge=lambda: (let_leases_run_out(), sweep()))
        task = poison.tasks.get()
        assert (task.status, task.error_code, task.attempt) == ("FAILED", "WORKER_LOST", 2)
        eventually(lambda: all_ended(others))
        assert_each_effect_once(others)

    def test_a_broker_that_is_down_costs_a_row_only_its_hint(self, workers: Workers) -> None:
        scheme = urlsplit(workers.broker_url).scheme.replace("redis+socket", "redis")
        with publishing_to(f"{scheme}://{CLOSED_PORT}//"):
            job = job_of("test.write_line", 3)
            assert not dispatch_task(job.tasks.all()[0])
        assert job.tasks.filter(status="PENDING").count() == 3
        eventually(lambda: all_ended(job))
        assert_each_effect_once(job)

    def test_a_broker_that_answers_nothing_costs_a_row_only_its_hint(
        self, workers: Workers
    ) -> None:
        with Link(workers.broker_url) as line, publishing_to(line.url):
            lose_patience()
            heard = job_of("test.write_line")
            line.hold()
            job = job_of("test.write_line", 3)
        # a message that the broker took without a word may have been heard already
        unheard = job.tasks.filter(status="PENDING", offers=0)
        assert not unheard.filter(offer_at__gt=timezone.now()).exists()
        eventually(lambda: all_ended(heard) and all_ended(job))
        assert_each_effect_once(job)

    def test_a_temporary_failure_waits_in_its_row_and_runs_again(self, workers: Workers) -> None:
        job = job_of("test.temporary")
        eventually(lambda: job.tasks.filter(not_before__isnull=False).exists())
        waiting = job.tasks.get()
        assert waiting.not_before
        eventually(lambda: all_ended(job), nudge=sweep)
        assert_each_effect_once(job)
        assert self._last_start(waiting.pk) >= waiting.not_before

    def test_a_cancelled_task_stops_while_it_runs(self, workers: Workers, tmp_path: Path) -> None:
        stopped = tmp_path / "stopped"
        job = job_of("test.slow", steps=20 * 60, stopped=str(stopped))
        eventually(lambda: job.tasks.filter(status="RUNNING").exists())
        control.cancel_task(job.tasks.get().pk)
        eventually(stopped.exists)
        job.refresh_from_db()
        assert job.status == "CANCELLED"
        assert not Event.objects.filter(stream=job.stream, type=EFFECT).exists()
        assert Task.objects.get(job=job).attempt == 1
