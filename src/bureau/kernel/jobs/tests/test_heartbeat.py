"""One thread renews the leases of all tasks that run in a process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from bureau.kernel.jobs.heartbeat import heartbeat_for

LONG, SHORT = 300, 0.15
PATIENCE = 30


class Lease:
    """Counts how often it is renewed, and sets `enough` at a number of times."""

    def __init__(self, enough: int, answer: Callable[[], bool] = lambda: True) -> None:
        self.times, self.enough = 0, threading.Event()
        self._most, self._answer = enough, answer

    def renew(self) -> bool:
        self.times += 1
        if self.times >= self._most:
            self.enough.set()
        return self._answer()


def test_it_beats_while_the_block_runs_and_not_after(settings: Any) -> None:
    settings.BUREAU_LEASE_SECONDS = SHORT
    lease = Lease(3)
    with heartbeat_for(lease.renew):
        assert lease.enough.wait(PATIENCE)
    # a beat that had begun may still end
    after = Lease(2)
    with heartbeat_for(after.renew):
        assert after.enough.wait(PATIENCE)
        settled = lease.times
        more = Lease(3)
        with heartbeat_for(more.renew):
            assert more.enough.wait(PATIENCE)
    assert lease.times == settled


def test_a_task_with_a_shorter_lease_does_not_wait_for_a_longer_one(settings: Any) -> None:
    settings.BUREAU_LEASE_SECONDS = LONG
    long = Lease(1)
    with heartbeat_for(long.renew):
        settings.BUREAU_LEASE_SECONDS = SHORT
        short = Lease(2)
        with heartbeat_for(short.renew):
            assert short.enough.wait(PATIENCE)
    assert long.times == 0


def test_a_lost_lease_is_not_asked_for_again(settings: Any) -> None:
    settings.BUREAU_LEASE_SECONDS = SHORT
    lost, kept = Lease(1, lambda: False), Lease(4)
    with heartbeat_for(lost.renew), heartbeat_for(kept.renew):
        assert kept.enough.wait(PATIENCE)
    assert lost.times == 1


def test_a_database_that_is_away_for_a_moment_is_tried_again(settings: Any) -> None:
    settings.BUREAU_LEASE_SECONDS = SHORT

    def away() -> bool:
        raise ConnectionError

    lease = Lease(3, away)
    with heartbeat_for(lease.renew):
        assert lease.enough.wait(PATIENCE)


def test_a_task_that_is_over_quickly_is_never_renewed(settings: Any) -> None:
    settings.BUREAU_LEASE_SECONDS = LONG
    lease = Lease(1)
    with heartbeat_for(lease.renew):
        pass
    assert lease.times == 0
