"""An import that is killed with -9, while it reads and while it applies: nothing half visible, and on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.waiting import PATIENCE

from bureau.desks.imaging.models import ImportBatch, Staged, Study
from bureau.desks.imaging.services.rollups import differences
from bureau.desks.imaging.tests import sources

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 3_000


def importing(path: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "django", "import_studies", str(path), "--batch-size", "100"]
    return subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.DEVNULL)


def wait_until(true: Callable[[], bool], process: subprocess.Popen[bytes] | None = None) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert process is None or process.poll() is None, "the import ended too early"
        assert time.monotonic() < deadline
        time.sleep(0.02)


def others_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass",
            ["imaging_day"],
        )
        return bool(cursor.fetchone()[0])


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def test_killed_while_reading_and_while_applying(tmp_path: Path, as_superuser: Any) -> None:
    path = sources.duck(tmp_path / "a.duckdb", sources.sample(ROWS))
    process = importing(path)
    wait_until(lambda: Staged.objects.count() >= 100, process)
    kill(process)
    read = Staged.objects.count()
    assert (Study.objects.count(), read % 100) == (0, 0)

    with as_superuser() as keeper:
        # the second set of rows cannot be counted: the import stands still in the middle of its step
        keeper.execute("LOCK TABLE imaging_day IN EXCLUSIVE MODE")
        process = importing(path)
        wait_until(others_waiting, process)
        assert Staged.objects.count() == ROWS
        kill(process)
        # the server notices that nobody waits for the answer any more
        wait_until(lambda: not others_waiting())
    wait_until(nobody_imports)
    assert (Study.objects.count(), Staged.objects.count()) == (0, ROWS)
    assert differences() == []

    assert importing(path).wait(PATIENCE) == 0
    (batch,) = ImportBatch.objects.all()
    assert (Study.objects.count(), batch.inserted, batch.rows_read) == (ROWS, ROWS, ROWS)
    assert not Staged.objects.exists()
    assert differences() == []


def nobody_imports() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0]) == 0
