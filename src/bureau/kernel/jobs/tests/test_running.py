"""What one run of a task leaves in its row."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.kernel.accounts.models import User
from bureau.kernel.actor_context import ActorContext, current_actor
from bureau.kernel.errors import InvalidInput
from bureau.kernel.events.models import Event
from bureau.kernel.jobs import control, publishing, services, transitions
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.runner import Stopped, TaskRun, claim, run_task
from bureau.kernel.jobs.services import create_job
from bureau.kernel.jobs.tests.conftest import MakeTask
from bureau.kernel.jobs.tests.handlers import ATTEMPTS, fail_for_now, script

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_temporary_failure_waits_in_the_row_and_then_fails_for_good(make_task: MakeTask) -> None:
    task = make_task()
    with script(fail_for_now):
        run_task(task.pk)
        task.refresh_from_db()
        assert (task.status, task.error_message) == ("PENDING", "The printer is busy.")
        assert task.not_before
        assert task.offer_at == task.not_before > timezone.now()
        run_task(task.pk)
        task.refresh_from_db()
        assert (task.status, task.attempt) == ("PENDING", 1)
        Task.objects.update(not_before=timezone.now())
        run_task(task.pk)
    task.refresh_from_db()
    assert (task.status, task.attempt) == ("FAILED", ATTEMPTS)


def test_a_task_that_succeeds_at_last_shows_no_error(make_task: MakeTask) -> None:
    task = make_task()
    with script(fail_for_now):
        run_task(task.pk)
    Task.objects.update(not_before=timezone.now())
    run_task(task.pk)
    task.refresh_from_db()
    assert (task.status, task.error_code, task.error_message) == ("SUCCESS", "", "")


def test_a_crash_tells_the_client_nothing_of_the_inside(make_task: MakeTask) -> None:
    def crash(run: TaskRun) -> None:
        raise RuntimeError("password=hunter2")

    task = make_task()
    with script(crash):
        run_task(task.pk)
    task.refresh_from_db()
    assert (task.status, task.error_code) == ("FAILED", "INTERNAL_ERROR")
    assert not Event.objects.filter(message__contains="hunter2").exists()


def test_effects_and_success_are_kept_together_or_not_at_all(make_task: MakeTask) -> None:
    def write_then_fail(run: TaskRun) -> None:
        with run.finish():
            run.log("An effect", type="EFFECT")
            raise InvalidInput("The form is empty.")

    task = make_task()
    with script(write_then_fail):
        run_task(task.pk)
    task.refresh_from_db()
    assert (task.status, task.error_message) == ("FAILED", "The form is empty.")
    assert not Event.objects.filter(type="EFFECT").exists()


def test_a_run_whose_task_was_cancelled_learns_it_and_writes_nothing(make_task: MakeTask) -> None:
    task = make_task()
    run = claim(task.pk)
    assert run
    run.checkpoint()
    control.cancel_task(task.pk)
    events = Event.objects.count()
    assert run.renew() is False
    with pytest.raises(Stopped):
        run.checkpoint()
    with pytest.raises(Stopped):
        run.log("Too late")
    with pytest.raises(Stopped), run.finish():
        pytest.fail("a block whose end cannot be kept must not begin")
    assert Event.objects.count() == events


def test_a_renewed_lease_lasts_longer(make_task: MakeTask) -> None:
    task = make_task()
    run = claim(task.pk)
    assert run
    Task.objects.update(lease_until=timezone.now() + timedelta(seconds=1))
    assert run.renew()
    task.refresh_from_db()
    assert task.lease_until
    assert task.lease_until > timezone.now() + timedelta(seconds=5)


def test_a_message_for_a_row_that_is_gone_does_nothing() -> None:
    run_task(10**15)


def test_a_preparation_that_succeeds_offers_what_waited_for_it(
    make_task: MakeTask, hints: list[int]
) -> None:
    first = make_task()
    second = make_task(job=first.job, after=first)
    assert hints == [first.pk]
    run_task(second.pk)
    run_task(first.pk)
    assert hints == [first.pk, second.pk]


def test_a_task_runs_for_the_desk_of_its_kind_and_the_owner_of_its_job(
    make_task: MakeTask, django_user_model: type[User]
) -> None:
    owner = django_user_model.objects.create_user("owner")
    seen: list[ActorContext] = []
    for job in (create_job(owner, "test"), create_job(None, "test")):
        with script(lambda run: seen.append(current_actor())):
            run_task(make_task(job=job).pk)
    assert seen == [ActorContext("test", owner.pk), ActorContext("test", None)]
    assert current_actor() == ActorContext()


def told(task: Task) -> list[str]:
    """The messages of the job's stream, in order."""
    stream = Event.objects.filter(stream=f"job:{task.job_id}").order_by("id")
    return list(stream.values_list("message", flat=True))


def test_what_is_told_in_blocks_within_blocks_keeps_its_order(make_task: MakeTask) -> None:
    task, other = make_task(), make_task()
    with transitions.lock_job(task.job_id):
        publishing.publish_task_event(task, "LOG", "first")
        with transitions.lock_job(task.job_id):
            publishing.publish_task_event(task, "LOG", "second")
            with transitions.lock_job(other.job_id):
                publishing.publish_task_event(task, "LOG", "third")
                publishing.publish_task_event(other, "LOG", "elsewhere")
        publishing.publish_task_event(task, "LOG", "fourth")
    assert told(task) == ["first", "second", "third", "fourth"]
    assert told(other) == ["elsewhere"]


def test_a_block_that_raises_tells_nothing_and_the_one_around_it_goes_on(
    make_task: MakeTask,
) -> None:
    task = make_task()
    with transitions.lock_job(task.job_id):
        publishing.publish_task_event(task, "LOG", "before")
        with pytest.raises(InvalidInput), transitions.lock_job(task.job_id):
            publishing.publish_task_event(task, "LOG", "undone")
            raise InvalidInput("no")
        publishing.publish_task_event(task, "LOG", "after")
    assert told(task) == ["before", "after"]
    with pytest.raises(InvalidInput), transitions.lock_job(task.job_id):
        publishing.publish_task_event(task, "LOG", "undone as well")
        raise InvalidInput("no")
    assert told(task) == ["before", "after"]


def test_a_claim_names_the_worker_and_starts_its_job_once(make_task: MakeTask) -> None:
    task = make_task()
    second = services.enqueue(task.job, task.kind)
    run = claim(task.pk, "main@a")
    assert run is not None
    assert (run.task.worker, run.task.job.status) == ("main@a", "RUNNING")
    assert claim(task.pk, "main@b") is None
    assert claim(second.pk, "main@b") is not None
    assert told(task) == ["Task started", "Job started", "Task started"]
    assert Task.objects.get(pk=task.pk).worker == "main@a"
