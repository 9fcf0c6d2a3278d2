"""Limits count work: what waits for a processor is late and not over its time."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
import time

import pytest
from billiard.exceptions import SoftTimeLimitExceeded

from bureau.kernel.jobs import work_clock
from bureau.kernel.jobs.queues import QUEUES, VISIBILITY_TIMEOUT, Limits
from bureau.kernel.jobs.work_clock import limited_work, waited_for_processor

SHORT = Limits(soft=1, hard=60)


@pytest.fixture
def without_processor(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long this thread waited for a processor, as the system would tell it."""
    told = [0.0]
    monkeypatch.setattr(work_clock, "waited_for_processor", lambda: told[0])
    return told


def busy_until_interrupted() -> None:
    while True:
        time.sleep(0.01)


def test_work_past_the_soft_limit_is_interrupted() -> None:
    with pytest.raises(SoftTimeLimitExceeded), limited_work(SHORT):
        busy_until_interrupted()


def test_time_without_a_processor_does_not_count(without_processor: list[float]) -> None:
    began = time.monotonic()
    with pytest.raises(SoftTimeLimitExceeded), limited_work(SHORT):
        without_processor[0] = 2.0
        busy_until_interrupted()
    assert time.monotonic() - began >= 3


def test_a_block_in_time_is_left_alone_afterwards() -> None:
    with limited_work(Limits(soft=1, hard=2)):
        pass
    time.sleep(1.2)


def test_threads_cannot_be_interrupted_and_are_let_alone() -> None:
    done: list[bool] = []

    def work() -> None:
        with limited_work(SHORT):
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


def test_who_goes_on_after_the_soft_limit_is_ended_at_the_hard_one() -> None:
    program = """
        from bureau.kernel.jobs.queues import Limits
        from bureau.kernel.jobs.work_clock import limited_work
        import time
        with limited_work(Limits(soft=1, hard=2)):
            while True:
                try:
                    time.sleep(0.05)
                except Exception:
                    print("goes on", flush=True)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == -9
    assert done.stdout.splitlines()[0] == "goes on"


def test_the_system_tells_how_long_a_thread_waited() -> None:
    """Two busy processes on one processor: each waits about half of its time."""
    program = textwrap.dedent(
        """
        import os, time
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        if (child := os.fork()) == 0:
            while True: pass
        from bureau.kernel.jobs.work_clock import waited_for_processor
        before, end = waited_for_processor(), time.monotonic() + 2
        while time.monotonic() < end: pass
        os.kill(child, 9)
        print(waited_for_processor() - before)
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True
    )
    assert float(done.stdout) > 0.3
    assert waited_for_processor() >= 0


def test_the_wall_is_far_behind_the_limits_and_before_the_broker_loses_patience() -> None:
    assert all(limits.soft < limits.hard < limits.wall for limits in QUEUES.values())
    assert max(limits.wall for limits in QUEUES.values()) < VISIBILITY_TIMEOUT
