"""All processes of a worker's pool are killed: nobody waits for a lease."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships without annotations
import pytest
from pytest_django import Settings

from bureau.kernel.jobs import services
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.testing import kinds_for_a_while
from tests.conformance import workers
from tests.conformance.handlers import register
from tests.conformance.workers import Workers, eventually, publishing_to, purge

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
# longer than the test may take: only what is noticed at once can help
LEASE_SECONDS = 3_600


@pytest.fixture
def group(broker: str, tmp_path: Path, settings: Settings) -> Iterator[Workers]:
    settings.BUREAU_LEASE_SECONDS = LEASE_SECONDS
    with pytest.MonkeyPatch.context() as patch, kinds_for_a_while(), publishing_to(broker):
        patch.setattr(workers, "LEASE_SECONDS", LEASE_SECONDS)
        register()
        purge()
        started = Workers(broker, tmp_path)
        try:
            started.start()
            yield started
        finally:
            started.kill()
            purge()


def test_a_task_whose_process_was_killed_is_done_by_another_at_once(
    group: Workers, tmp_path: Path
) -> None:
    job = services.create_job(None, "test")
    steps = {"steps": 40, "stopped": str(tmp_path / "stopped")}
    task = services.enqueue(job, "test.slow", steps)
    eventually(lambda: Task.objects.get(pk=task.pk).status == "RUNNING")
    assert group.process is not None
    for child in psutil.Process(group.process.pid).children():
        os.kill(child.pid, signal.SIGKILL)
    eventually(lambda: Task.objects.get(pk=task.pk).status == "SUCCESS")
    assert Task.objects.get(pk=task.pk).attempt == 2
