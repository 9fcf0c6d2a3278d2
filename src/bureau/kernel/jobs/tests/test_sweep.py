"""The sweep brings back what crashes and lost messages left behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.kernel.events.models import Event
from bureau.kernel.jobs import control, dispatch
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.reaper import CLOCK_SKEW, reclaim_expired, redispatch_due, sweep
from bureau.kernel.jobs.runner import claim, run_task
from bureau.kernel.jobs.tests.conftest import MakeTask
from bureau.kernel.jobs.tests.handlers import ATTEMPTS

pytestmark = pytest.mark.django_db(transaction=True)


def lose(task: Task) -> None:
    """As if the worker had been killed long ago."""
    Task.objects.filter(pk=task.pk).update(lease_until=timezone.now() - timedelta(minutes=1))


def make_due() -> None:
    Task.objects.update(offer_at=timezone.now() - timedelta(seconds=1))


def test_a_lost_task_is_queued_again_and_told_so(make_task: MakeTask, hints: list[int]) -> None:
    task = make_task()
    claim(task.pk)
    lose(task)
    assert sweep()["taken_back"] == 1
    task.refresh_from_db()
    assert (task.status, task.attempt) == ("PENDING", 1)
    assert hints == [task.pk] * 2
    assert sweep()["taken_back"] == 0


def test_a_lease_that_just_ran_out_is_left_to_differing_clocks(make_task: MakeTask) -> None:
    task = make_task()
    claim(task.pk)
    Task.objects.update(lease_until=timezone.now() - CLOCK_SKEW / 2)
    assert reclaim_expired() == 0


def test_a_task_that_always_loses_its_worker_is_parked(make_task: MakeTask) -> None:
    task = make_task()
    for _ in range(ATTEMPTS):
        claim(task.pk)
        lose(task)
        reclaim_expired()
    task.refresh_from_db()
    assert (task.status, task.error_code) == ("FAILED", "WORKER_LOST")
    assert claim(task.pk) is None


def test_a_kind_nobody_knows_any_more_does_not_stop_the_sweep(make_task: MakeTask) -> None:
    old, new = make_task(), make_task()
    for task in (old, new):
        claim(task.pk)
        lose(task)
    Task.objects.filter(pk=old.pk).update(kind="test.of_an_older_release")
    assert reclaim_expired() == 2
    control.cancel_task(old.pk)
    assert Event.objects.filter(subject=f"task:{old.pk}", type="CANCELLED").exists()


def test_a_waiting_task_is_offered_when_due_and_then_less_often(
    make_task: MakeTask, hints: list[int]
) -> None:
    task = make_task()
    hints.clear()
    assert redispatch_due() == 0
    make_due()
    assert redispatch_due() == 1
    task.refresh_from_db()
    assert (hints, task.offers) == ([task.pk], 1)
    assert redispatch_due() == 0


def test_a_dependent_task_is_not_offered_before_its_preparation(
    make_task: MakeTask, hints: list[int]
) -> None:
    first = make_task()
    second = make_task(job=first.job, after=first)
    make_due()
    redispatch_due()
    assert second.pk not in hints
    run_task(first.pk)
    make_due()
    redispatch_due()
    assert hints.count(second.pk) == 2


def test_a_broker_that_is_down_does_not_lengthen_a_tasks_wait(
    make_task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_task(), make_task()
    make_due()
    tried: list[int] = []
    monkeypatch.setattr(dispatch, "dispatch_task", lambda task: bool(tried.append(task.pk)))
    assert redispatch_due() == 0
    assert len(tried) == 1
    assert set(Task.objects.values_list("offers", flat=True)) == {0}
    monkeypatch.setattr(dispatch, "dispatch_task", lambda task: True)
    assert redispatch_due() == 2
