"""The kind of task of these tests: `test.scripted` does what the test puts on its script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bureau.kernel.errors import Unavailable
from bureau.kernel.jobs.registry import handler
from bureau.kernel.jobs.runner import TaskRun

Script = Callable[[TaskRun], None]
SCRIPTED = "test.scripted"
ATTEMPTS = 2
_scripts: list[Script] = []


def register() -> None:
    """Make the scripted kind known."""
    handler(SCRIPTED, queue="default", max_attempts=ATTEMPTS)(_act)


def _act(run: TaskRun) -> None:
    if _scripts:
        _scripts[-1](run)


@contextmanager
def script(step: Script) -> Iterator[None]:
    """While the block runs, scripted tasks do this."""
    _scripts.append(step)
    try:
        yield
    finally:
        _scripts.pop()


def fail_for_now(run: TaskRun) -> None:
    raise Unavailable("The printer is busy.")
