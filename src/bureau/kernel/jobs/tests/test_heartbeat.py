"""One thread renews the leases of all tasks that run in a process."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tests.waiting import PATIENCE

from bureau.kernel.jobs.heartbeat import heartbeat_for

LONG, SHORT = 300, 0.15


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


def test_it_beats_while_the_block_runs_and_not_after() -> None:
    lease = Lease(3)
    with heartbeat_for(lease.renew, SHORT):
        assert lease.enough.wait(PATIENCE)
    # a beat that had begun may still end
    after = Lease(2)
    with heartbeat_for(after.renew, SHORT):
        assert after.enough.wait(PATIENCE)
        settled = lease.times
        more = Lease(3)
        with heartbeat_for(more.renew, SHORT):
            assert more.enough.wait(PATIENCE)
    assert lease.times == settled


def test_a_task_with_a_shorter_lease_does_not_wait_for_a_longer_one() -> None:
    long = Lease(1)
    with heartbeat_for(long.renew, LONG):
        short = Lease(2)
        with heartbeat_for(short.renew, SHORT):
            assert short.enough.wait(PATIENCE)
    assert long.times == 0


def test_a_lost_lease_is_not_asked_for_again() -> None:
    lost, kept = Lease(1, lambda: False), Lease(4)
    with heartbeat_for(lost.renew, SHORT), heartbeat_for(kept.renew, SHORT):
        assert kept.enough.wait(PATIENCE)
    assert lost.times == 1


def test_a_database_that_is_away_for_a_moment_is_tried_again() -> None:

    def away() -> bool:
        raise ConnectionError

    lease = Lease(3, away)
    with heartbeat_for(lease.renew, SHORT):
        assert lease.enough.wait(PATIENCE)


def test_a_task_that_is_over_quickly_is_never_renewed() -> None:
    lease = Lease(1)
    with heartbeat_for(lease.renew, LONG):
        pass
    assert lease.times == 0
