from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bureau.kernel.jobs import dispatch as hints_room
from bureau.kernel.jobs import services
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.testing import kinds_for_a_while
from bureau.kernel.jobs.tests.handlers import SCRIPTED, register

MakeTask = Callable[..., Task]


@pytest.fixture(autouse=True)
def _scripted_kind() -> Iterator[None]:
    with kinds_for_a_while():
        register()
        yield


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of tasks a worker was told of; no broker is asked."""
    sent: list[int] = []

    def note(task: Task) -> bool:
        sent.append(task.pk)
        return True

    monkeypatch.setattr(hints_room, "dispatch_task", note)
    return sent


@pytest.fixture
def make_task(hints: list[int]) -> MakeTask:
    """Make a task in a job of its own, or in a given one."""

    def make(kind: str = SCRIPTED, job: Job | None = None, after: Task | None = None) -> Task:
        job = job or services.create_job(None, "test")
        return services.enqueue(job, kind, after=after)

    return make
