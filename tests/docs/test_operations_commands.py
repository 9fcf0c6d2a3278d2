"""Every command that docs/operations.md gives for servers of one's own starts as it is written there."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.external_postgres import free_port
from tests.waiting import eventually

from bureau.kernel.jobs import presence
from bureau.kernel.jobs.queues import QUEUES
from bureau.runtime.children import WORKERS
from docs import generate

OPERATIONS = generate.HERE / "operations.md"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
# what each program writes when it serves
READY = {"uvicorn": "Uvicorn running on", "worker": " ready."}
# the clock says nothing; it writes its schedule down
SCHEDULE = "celerybeat-schedule*"
PATIENCE = 150.0
pytestmark = pytest.mark.django_db(transaction=True)


def service_lines() -> list[str]:
    """The lines for one's own service manager."""
    blocks = [block for block in BLOCK.findall(OPERATIONS.read_text("utf-8")) if "celery" in block]
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def documented_environment() -> dict[str, str]:
    """The variables that the handbook names for it, and what a shell has."""
    named = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CELERY_BROKER_URL", "SECRET_KEY")
    given = {name: os.environ[name] for name in named if name in os.environ}
    given |= {name: os.environ[name] for name in ("BUREAU_FIELD_KEYS_FILE", "BUREAU_DATA")}
    kept = ("HOME", "LANG", "TMPDIR", "PYTHONPYCACHEPREFIX")
    shell = {name: os.environ[name] for name in kept if name in os.environ}
    programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**shell, **given, "PATH": programs}


@contextmanager
def running(line: str, folder: Path) -> Iterator[Path]:
    """The command in a shell of its own; gives the file that it writes to."""
    output = folder / "output.txt"
    with output.open("wb") as handle:
        process = subprocess.Popen(
            ["bash", "-c", f"exec {line}"],
            cwd=folder,
            env=documented_environment(),
            stdout=handle,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield output
        assert process.poll() is None, output.read_text()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(text: str, output: Path) -> None:
    wait_until(lambda: text in output.read_text(errors="replace"), output)


def wait_until(condition: Callable[[], object], output: Path) -> None:
    eventually(
        condition, patience=PATIENCE, pause=0.2, why=lambda: output.read_text(errors="replace")
    )


@pytest.mark.parametrize("line", service_lines(), ids=lambda line: line.split(" --")[0][:60])
def test_it_starts_as_it_is_written(line: str, tmp_path: Path) -> None:
    program = next((name for name in READY if name in line), None)
    free = line.replace("--host 0.0.0.0 --port 8000", f"--host 127.0.0.1 --port {free_port()}")
    with running(free, tmp_path) as output:
        if program:
            wait_for(READY[program], output)
        else:
            assert " beat " in line
            wait_until(lambda: list(tmp_path.glob(SCHEDULE)), output)


def test_the_other_name_of_the_application_starts_too(tmp_path: Path) -> None:
    with running("celery -A bureau.celery:app worker -c 1 -Q audio", tmp_path) as output:
        wait_for(READY["worker"], output)


def test_every_queue_is_taken_by_the_documented_workers_and_those_of_bureau_up() -> None:
    lines = [line for line in service_lines() if " worker " in line]
    documented = [
        (node.group(1), queues.group(1), int(processes.group(1)))
        for line in lines
        if (node := re.search(r"-n (\w+)@%h", line))
        and (queues := re.search(r"-Q (\S+)", line))
        and (processes := re.search(r"-c (\d+)", line))
    ]
    assert documented == [(node, queues, count) for _, node, queues, count in WORKERS]
    taken = [queue for _, queues, _ in documented for queue in queues.split(",")]
    assert sorted(taken) == sorted(QUEUES)
    apart = [queues for _, queues, _ in documented if "notifications" in queues.split(",")]
    assert apart == ["notifications"]


def test_a_worker_says_that_it_is_there_and_does_a_task_of_each_queue(tmp_path: Path) -> None:
    presence.forget_everything()
    with running("celery -A bureau worker -c 1 -Q audio,ai -n two@%h", tmp_path):
        end = time.monotonic() + PATIENCE
        while set(presence.last_done()) != {"audio", "ai"}:
            assert time.monotonic() < end
            time.sleep(0.2)
        assert set(presence.present_workers()) == {"audio", "ai"}
    presence.forget_everything()
