"""Promise R10: the log alone tells where every task and job stands."""

from __future__ import annotations

import pytest

from bureau.kernel.jobs import control, services
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.runner import claim, run_task
from bureau.kernel.jobs.tests.conftest import MakeTask
from bureau.kernel.jobs.tests.handlers import fail_for_now, script
from bureau.kernel.jobs.tests.replay import assert_the_log_is_the_truth, replay
from bureau.kernel.jobs.tests.test_races import crash, progress

pytestmark = pytest.mark.django_db(transaction=True)


def statuses(*tasks: Task) -> list[str]:
    told = replay(tasks[0].job).tasks
    return [told[task.pk] for task in tasks]


def test_a_job_with_every_outcome_is_rebuilt_from_its_events(make_task: MakeTask) -> None:
    job = services.create_job(None, "test")
    done, failed, waits, cancelled, running = (make_task(job=job) for _ in range(5))
    with script(progress):
        run_task(done.pk)
    with script(crash):
        run_task(failed.pk)
    with script(fail_for_now):
        run_task(waits.pk)
    control.cancel_task(cancelled.pk)
    claim(running.pk)
    assert statuses(done, failed, waits, cancelled, running) == [
        "SUCCESS", "FAILED", "PENDING", "CANCELLED", "RUNNING",
    ]  # fmt: skip
    assert_the_log_is_the_truth(job)


def test_a_failed_preparation_and_its_retry_are_rebuilt(make_task: MakeTask) -> None:
    first = make_task()
    second = make_task(job=first.job, after=first)
    third = make_task(job=first.job, after=second)
    with script(crash):
        run_task(first.pk)
    assert statuses(first, second, third) == ["FAILED"] * 3
    assert_the_log_is_the_truth(first.job)
    control.retry_task(third.pk)
    assert statuses(first, second, third) == ["PENDING"] * 3
    for task in (first, second, third):
        run_task(task.pk)
    assert statuses(first, second, third) == ["SUCCESS"] * 3
    assert_the_log_is_the_truth(first.job)


def test_a_cancelled_job_is_rebuilt(make_task: MakeTask) -> None:
    first, second = (task := make_task()), make_task(job=task.job, after=task)
    claim(first.pk)
    control.cancel_job(first.job_id)
    assert statuses(first, second) == ["CANCELLED"] * 2
    assert replay(first.job).job == "CANCELLED"
    assert_the_log_is_the_truth(first.job)
