"""Real threads on one task: one wins, whatever they do."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection

from bureau.kernel.errors import InvalidInput
from bureau.kernel.jobs import control
from bureau.kernel.jobs.reaper import sweep
from bureau.kernel.jobs.runner import Stopped, TaskRun, claim, run_task
from bureau.kernel.jobs.tests.conftest import MakeTask
from bureau.kernel.jobs.tests.replay import assert_the_log_is_the_truth

pytestmark = pytest.mark.django_db(transaction=True)

T = TypeVar("T")


def at_once(works: list[Callable[[], T]]) -> list[T]:
    """Run each in a thread of its own, all released at the same moment."""
    gate = threading.Barrier(len(works))

    def one(work: Callable[[], T]) -> T:
        try:
            gate.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def test_eight_workers_that_claim_one_task_get_it_once(make_task: MakeTask) -> None:
    task = make_task()
    runs = at_once([lambda: claim(task.pk)] * 8)
    assert sum(run is not None for run in runs) == 1
    task.refresh_from_db()
    assert task.attempt == 1
    assert_the_log_is_the_truth(task.job)


def test_a_message_delivered_eight_times_has_one_effect(make_task: MakeTask) -> None:
    task = make_task()
    at_once([lambda: run_task(task.pk)] * 8)
    task.refresh_from_db()
    assert (task.status, task.attempt) == ("SUCCESS", 1)
    assert_the_log_is_the_truth(task.job)


def finish(run: TaskRun) -> None:
    with run.finish():
        pass


@pytest.mark.parametrize("seed", range(8))
def test_ends_cancels_retries_and_sweeps_at_once_leave_one_end(
    make_task: MakeTask, seed: int
) -> None:
    task = make_task()
    run = claim(task.pk)
    assert run
    works: list[Callable[[], object]] = [
        lambda: finish(run),
        lambda: run.progress(50, "Half"),
        lambda: control.cancel_task(task.pk),
        lambda: control.retry_task(task.pk),
        lambda: control.cancel_job(task.job_id),
        lambda: run_task(task.pk),
        sweep,
    ]
    random.Random(seed).shuffle(works)
    at_once([lambda work=work: _tolerant(work) for work in works])
    assert_the_log_is_the_truth(task.job)


def _tolerant(work: Callable[[], object]) -> None:
    try:
        work()
    except (Stopped, InvalidInput):
        # to come too late is fair; anything else is not
        pass
