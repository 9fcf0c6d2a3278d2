"""Queues and jobs at the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bureau.kernel.errors import Unavailable
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.queues import QUEUES
from bureau.kernel.jobs.registry import handler
from bureau.kernel.jobs.runner import TaskRun, run_task
from bureau.kernel.jobs.services import create_job, enqueue
from bureau.kernel.jobs.testing import kinds_for_a_while

pytestmark = pytest.mark.django_db(transaction=True)


def _breakable(run: TaskRun) -> None:
    raise Unavailable("The printer is away.")


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    with kinds_for_a_while():
        handler("ops.breakable", queue="charts_cpu", max_attempts=1)(_breakable)
        yield


def command(*words: str, **options: object) -> str:
    output = StringIO()
    call_command(*words, stdout=output, **options)
    return output.getvalue()


def failed(count: int) -> list[Task]:
    tasks = [enqueue(create_job(None, "ops.test"), "ops.breakable") for _ in range(count)]
    for task in tasks:
        run_task(task.pk)
        task.refresh_from_db()
        assert task.status == "FAILED"
    return tasks


def line_of(queue: str) -> list[str]:
    (line,) = [one for one in command("queues").splitlines() if one.startswith(queue + " ")]
    return line.split()


def test_every_queue_is_a_line_with_what_waits_and_failed() -> None:
    failed(2)
    enqueue(create_job(None, "ops.test"), "ops.breakable")
    lines = command("queues").splitlines()
    assert [line.split()[0] for line in lines[1:]] == list(QUEUES)
    queue, waiting, _, running, _, failures = line_of("charts_cpu")
    assert (queue, waiting, running, failures) == ("charts_cpu", "1", "0", "2")


def test_failed_tasks_are_retried_in_bulk_by_what_they_have_in_common() -> None:
    tasks = failed(3)
    assert command("queues", "retry", "--queue", "audio") == (
        "0 tasks are queued again, 0 were refused.\n"
    )
    dry = command("queues", "retry", "--kind", "ops.breakable", "--dry-run")
    assert dry == "3 failed tasks would be retried.\n"
    assert Task.objects.filter(status="FAILED").count() == 3
    done = command("queues", "retry", "--queue", "charts_cpu", "--code", tasks[0].error_code)
    assert done.startswith("3 tasks are queued again")
    assert set(Task.objects.values_list("status", "attempt")) == {("PENDING", 0)}
    with pytest.raises(CommandError, match="Choose what to retry"):
        command("queues", "retry")


def test_a_job_is_shown_with_its_tasks_and_what_is_wrong() -> None:
    (task,) = failed(1)
    assert f"{task.job_id}  FAILED" in command("jobs", "--status", "FAILED")
    assert command("jobs", "--status", "SUCCESS") == ""
    shown = command("jobs", str(task.job_id))
    assert "ops.breakable" in shown
    assert "The printer is away." in shown
    with pytest.raises(CommandError, match="no job 999999"):
        command("jobs", "999999")
