"""Kinds of task that exist for the conformance suite only; `worker_kinds` loads them in a worker.

An effect is an event of type EFFECT, written in the transaction that ends the task.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from bureau.kernel.errors import Unavailable
from bureau.kernel.jobs.registry import handler
from bureau.kernel.jobs.runner import Stopped, TaskRun

EFFECT = "EFFECT"
STEP_SECONDS = 0.05


def write_line(run: TaskRun) -> None:
    with run.finish():
        run.log("A line", type=EFFECT)


def slow(run: TaskRun) -> None:
    """Work for `steps` steps; note in the file `stopped` when made to stop."""
    try:
        for _ in range(run.params["steps"]):
            run.checkpoint()
            time.sleep(STEP_SECONDS)
    except Stopped:
        Path(run.params["stopped"]).write_text("stopped")
        raise
    write_line(run)


def gated(run: TaskRun) -> None:
    """Wait until the file `gate` is there."""
    while not Path(run.params["gate"]).exists():
        run.checkpoint()
        time.sleep(STEP_SECONDS)
    write_line(run)


def crash(run: TaskRun) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def temporary(run: TaskRun) -> None:
    if run.task.attempt == 1:
        raise Unavailable("The printer is busy.")
    write_line(run)


def register() -> None:
    """Make the kinds known to this process."""
    handler("test.write_line", queue="default")(write_line)
    handler("test.slow", queue="default")(slow)
    handler("test.gated", queue="default")(gated)
    handler("test.crash", queue="default", max_attempts=2)(crash)
    handler("test.temporary", queue="default")(temporary)
