"""Tasks come back as soon as a loss is noticed, and sooner where a person waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.queues import INTERACTIVE, QUEUES, lease_seconds
from bureau.kernel.jobs.reaper import reclaim_from_worker, redispatch_waiting
from bureau.kernel.jobs.runner import claim
from bureau.kernel.jobs.tests.conftest import MakeTask

pytestmark = pytest.mark.django_db(transaction=True)
WORKER = "main@ward-3"


def test_a_lease_is_shorter_where_a_person_waits_but_never_a_moment() -> None:
    assert {queue for queue in QUEUES if lease_seconds(queue, 30) < 30} == INTERACTIVE
    assert lease_seconds("translation", 30) == 6
    assert lease_seconds("translation", 300) == 60
    assert lease_seconds("translation", 2) == 2


def test_the_claim_and_the_first_offer_go_by_the_queue(make_task: MakeTask) -> None:
    usual, quick = make_task(), make_task()
    Task.objects.filter(pk=quick.pk).update(queue="translation")
    begun = timezone.now()
    for task in (usual, quick):
        assert claim(task.pk, WORKER)
        task.refresh_from_db()
    assert usual.lease_until and quick.lease_until
    lasts = [(task.lease_until - begun).total_seconds() for task in (usual, quick)]  # type: ignore[operator]
    assert lasts[0] == pytest.approx(300, abs=30)
    assert lasts[1] == pytest.approx(60, abs=30)


def test_what_a_dead_process_had_is_offered_at_once(make_task: MakeTask, hints: list[int]) -> None:
    task = make_task()
    claim(task.pk, WORKER)
    hints.clear()
    assert not reclaim_from_worker(task.pk, "main@ward-4")
    assert reclaim_from_worker(task.pk, WORKER)
    task.refresh_from_db()
    assert (task.status, task.attempt, hints) == ("PENDING", 1, [task.pk])
    assert not reclaim_from_worker(task.pk, WORKER)


def test_hints_that_a_broker_may_have_lost_are_sent_again(
    make_task: MakeTask, hints: list[int]
) -> None:
    waiting, later, running = make_task(), make_task(), make_task()
    claim(running.pk, WORKER)
    Task.objects.filter(pk=later.pk).update(not_before=timezone.now() + timedelta(hours=1))
    hints.clear()
    assert redispatch_waiting() == 1
    assert hints == [waiting.pk]
