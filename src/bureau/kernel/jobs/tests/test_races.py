"""Promise R8: claims, ends, cancels, retries, lost workers and doubled messages in any order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from bureau.kernel.errors import InvalidInput
from bureau.kernel.events.models import Event
from bureau.kernel.jobs import control, services
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.reaper import reclaim_expired
from bureau.kernel.jobs.runner import Stopped, TaskRun, claim, run_task
from bureau.kernel.jobs.status import FINISHED_JOB, job_status
from bureau.kernel.jobs.tests.handlers import ATTEMPTS, SCRIPTED, fail_for_now, script
from bureau.kernel.jobs.tests.replay import assert_the_log_is_the_truth

pytestmark = pytest.mark.django_db(transaction=True)

Holder = object


@dataclass
class Expected:
    """What a row must look like."""

    after: int | None
    counts: bool
    status: str = "PENDING"
    attempt: int = 0
    waits: bool = False
    holder: Holder | None = None


def finish(run: TaskRun) -> None:
    with run.finish() as outcome:
        outcome.result = {"by": str(run.lease)}


def progress(run: TaskRun) -> None:
    run.progress(50, "Half")


def write_line(run: TaskRun) -> None:
    run.log("A line")


def crash(run: TaskRun) -> None:
    raise ZeroDivisionError


def refuse(run: TaskRun) -> None:
    raise InvalidInput("The form is empty.")


index = st.integers(0, 3)


class OneJob(RuleBasedStateMachine):
    """Plays on one job and on a plain model of it; both must always agree."""

    runs: Bundle[tuple[int, TaskRun]] = Bundle("runs")

    @initialize(shape=st.lists(st.tuples(st.booleans(), st.none() | index), min_size=1, max_size=4))
    def make(self, shape: list[tuple[bool, int | None]]) -> None:
        self.job = services.create_job(None, "test")
        self.cancelled = False
        self.rows: dict[int, Expected] = {}
        tasks: list[Task] = []
        for counts, wish in shape:
            after = tasks[wish] if wish is not None and wish < len(tasks) else None
            task = services.enqueue(self.job, SCRIPTED, counts=counts, after=after)
            tasks.append(task)
            self.rows[task.pk] = Expected(after.pk if after else None, counts)
        self.ids = list(self.rows)

    # --- the model ------------------------------------------------------------------------

    def pick(self, number: int) -> int:
        return self.ids[number % len(self.ids)]

    def claimable(self, task: int) -> bool:
        row = self.rows[task]
        ready = row.after is None or self.rows[row.after].status == "SUCCESS"
        return row.status == "PENDING" and ready and not row.waits and not self.cancelled

    def job_is(self) -> str:
        statuses = [row.status for row in self.rows.values() if row.counts]
        return job_status(statuses, cancelled=self.cancelled)

    def start(self, task: int, holder: Holder) -> None:
        row = self.rows[task]
        row.status, row.holder, row.attempt = "RUNNING", holder, row.attempt + 1

    def end(self, task: int, status: str) -> None:
        """End a task; what waits for one that did not succeed ends with it."""
        self.rows[task].status, self.rows[task].holder = status, None
        for other, row in self.rows.items():
            if status != "SUCCESS" and row.after == task and row.status == "PENDING":
                self.end(other, status)

    def reset(self, task: int) -> None:
        row = self.rows[task]
        if row.after is not None and self.rows[row.after].status in {"FAILED", "CANCELLED"}:
            self.reset(row.after)
        row.status, row.holder, row.attempt, row.waits = "PENDING", None, 0, False

    # --- what can happen --------------------------------------------------------------------

    @rule(target=runs, number=index)
    def claim(self, number: int) -> Any:
        task = self.pick(number)
        run = claim(task)
        assert (run is not None) == self.claimable(task)
        if run is None:
            return multiple()
        self.start(task, run.lease)
        return task, run

    @rule(held=runs, act=st.sampled_from([finish, progress, write_line]))
    def a_worker_writes(self, held: tuple[int, TaskRun], act: Callable[[TaskRun], None]) -> None:
        task, run = held
        if self.rows[task].holder == run.lease:
            act(run)
            if act is finish:
                self.end(task, "SUCCESS")
            return
        before = self.everything()
        with pytest.raises(Stopped):
            act(run)
        assert self.everything() == before

    def everything(self) -> tuple[Any, ...]:
        events = Event.objects.filter(stream=self.job.stream).count()
        # settling touches nothing but the job's date
        return events, list(self.job.tasks.order_by("id").values())

    @rule(
        number=index,
        meanwhile=st.sampled_from(["", "cancel", "cancel job", "retry", "lose", "again"]),
        act=st.sampled_from([finish, progress, crash, refuse, fail_for_now]),
    )
    def a_worker_runs(self, number: int, meanwhile: str, act: Callable[[TaskRun], None]) -> None:
        """Deliver a message; while the handler works something else happens to its task."""
        task = self.pick(number)

        def work(run: TaskRun) -> None:
            self.start(task, run.lease)
            self.meanwhile(meanwhile, number)
            kept = self.rows[task].holder == run.lease
            if kept:
                self.expect_end(task, act)
            act(run)

        expected, attempts = self.claimable(task), self.rows[task].attempt
        with script(work):
            run_task(task)
        assert expected or self.rows[task].attempt == attempts

    def meanwhile(self, what: str, number: int) -> None:
        happenings: dict[str, Callable[[int], object]] = {
            "cancel": self.cancel_task,
            "cancel job": lambda _: self.cancel_job(),
            "retry": self.retry_task,
            "lose": self.lose_the_worker,
            "again": lambda _: run_task(self.pick(number)),
        }
        if what:
            happenings[what](number)

    def expect_end(self, task: int, act: Callable[[TaskRun], None]) -> None:
        row = self.rows[task]
        if act is fail_for_now and row.attempt < ATTEMPTS:
            row.status, row.holder, row.waits = "PENDING", None, True
        else:
            self.end(task, "SUCCESS" if act in {finish, progress} else "FAILED")

    @rule(number=index)
    def lose_the_worker(self, number: int) -> None:
        task = self.pick(number)
        row = self.rows[task]
        if row.status == "RUNNING":
            long_ago = timezone.now() - timedelta(minutes=1)
            Task.objects.filter(pk=task).update(lease_until=long_ago)
            if row.attempt >= ATTEMPTS:
                self.end(task, "FAILED")
            else:
                row.status, row.holder = "PENDING", None
        reclaim_expired()

    @rule(number=index)
    def time_passes(self, number: int) -> None:
        task = self.pick(number)
        self.rows[task].waits = False
        Task.objects.filter(pk=task, not_before__isnull=False).update(not_before=timezone.now())

    @rule(number=index)
    def cancel_task(self, number: int) -> None:
        task = self.pick(number)
        if self.cancelled or self.rows[task].status not in {"PENDING", "RUNNING"}:
            with pytest.raises(InvalidInput):
                control.cancel_task(task)
            return
        control.cancel_task(task)
        self.end(task, "CANCELLED")

    @rule()
    def cancel_job(self) -> None:
        if self.job_is() in FINISHED_JOB:
            with pytest.raises(InvalidInput):
                control.cancel_job(self.job.pk)
            return
        control.cancel_job(self.job.pk)
        self.cancelled = True
        for task, row in self.rows.items():
            if row.status in {"PENDING", "RUNNING"}:
                self.end(task, "CANCELLED")

    @rule(number=index)
    def retry_task(self, number: int) -> None:
        task = self.pick(number)
        if self.cancelled or self.rows[task].status == "SUCCESS":
            with pytest.raises(InvalidInput):
                control.retry_task(task)
            return
        control.retry_task(task)
        self.reset(task)

    # --- what must hold -----------------------------------------------------------------------

    @invariant()
    def the_rows_are_as_expected(self) -> None:
        found = {
            task.pk: (task.status, task.attempt, task.lease, task.lease_until is not None)
            for task in self.job.tasks.all()
        }
        assert found == {
            task: (row.status, row.attempt, row.holder, row.status == "RUNNING")
            for task, row in self.rows.items()
        }

    @invariant()
    def the_job_follows_its_tasks(self) -> None:
        assert Job.objects.get(pk=self.job.pk).status == self.job_is()

    def teardown(self) -> None:
        assert_the_log_is_the_truth(self.job)


@pytest.mark.usefixtures("hints")
def test_any_order_of_happenings_leaves_rows_and_log_in_agreement() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        OneJob,
        settings=settings(
            max_examples=60,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
