"""The one place where a provider is asked again: retries, total time and breaker for any call."""

from __future__ import annotations

import itertools
import math
import random
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TypeVar

import stamina

from bureau.kernel.ai.breaker import Breaker
from bureau.kernel.ai.ports import ProviderError, ProviderUnavailable

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how patiently a temporary failure is retried. Waits are in seconds.

    Attributes:
        max_retries: attempts after the first one.
        first_wait: upper end of the first wait; it doubles with each retry.
        longest_wait: cap of every wait. A provider that asks for more is not retried: background
            work comes back later and its worker does not sleep.
    """

    max_retries: int = 2
    first_wait: float = 1.0
    longest_wait: float = 10.0


def wait_before_retry(
    problem: Exception,
    *,
    retries: int,
    seconds_left: float,
    policy: RetryPolicy,
    spread: float,
) -> float | None:
    """Seconds to wait before the next attempt, or None when another attempt is no use.

    Args:
        problem: what the last attempt ended with.
        retries: retries made so far.
        seconds_left: what remains of the caller's time.
        policy: the limits.
        spread: from 0 to 1; callers that failed together must not come back together.
    """
    if not isinstance(problem, ProviderError) or not problem.temporary:
        return None
    if retries >= policy.max_retries:
        return None
    wait = problem.retry_after
    if wait is None:
        ceiling = min(policy.longest_wait, policy.first_wait * 2**retries)
        wait = ceiling * (0.5 + spread / 2)
    return wait if wait <= policy.longest_wait and wait < seconds_left else None


class Caller:
    """Runs calls to one provider within a time, with retries, behind a breaker.

    Args:
        name: the provider's name for messages.
        policy: limits of the retries.
        breaker: counts whole calls, not single attempts, so that one call with many retries
            does not open it alone.
        clock: seconds that never run backwards.
    """

    def __init__(
        self,
        name: str,
        *,
        policy: RetryPolicy,
        breaker: Breaker,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._policy = policy
        self._breaker = breaker
        self._clock = clock

    def call(self, attempt: Callable[[float], Answer], *, seconds: float) -> Answer:
        """The answer of `attempt`, which is given the moment (of the clock) it must end by.

        Raises:
            ProviderUnavailable: with reason `cooling_down`, without any attempt, after too many
                failures in a row; or as the attempt raised it.
            ProviderError: what the last attempt ended with.
        """
        self._refuse_while_open()
        with self._reported():
            return self._with_retries(attempt, deadline=self._clock() + seconds)

    def stream(
        self,
        attempt: Callable[[float], Generator[Answer, None, None]],
        *,
        seconds: float,
    ) -> Generator[Answer, None, None]:
        """The items of `attempt`; it is retried only as long as it gave none.

        Raises: as `call` does, also after some items.
        """
        self._refuse_while_open()
        deadline = self._clock() + seconds
        with self._reported():
            first, rest = self._with_retries(lambda end: _begun(attempt(end)), deadline=deadline)
            with closing(rest):
                yield first
                yield from rest

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Tells the breaker how the block ended; a caller that lost interest says nothing."""
        try:
            yield
        except ProviderError as problem:
            if problem.temporary:
                self._breaker.failed()
            else:
                self._breaker.answered()
            raise
        self._breaker.answered()

    def _refuse_while_open(self) -> None:
        wait = self._breaker.admit()
        if wait:
            raise ProviderUnavailable(
                f"{self._name} failed several times in a row and is not asked again for "
                f"{math.ceil(wait)} seconds.",
                reason="cooling_down",
                retry_after=wait,
            )

    def _with_retries(self, attempt: Callable[[float], Answer], *, deadline: float) -> Answer:
        retries = itertools.count()

        def pause(problem: Exception) -> bool | float:
            wait = wait_before_retry(
                problem,
                retries=next(retries),
                seconds_left=deadline - self._clock(),
                policy=self._policy,
                spread=random.random(),
            )
            return False if wait is None else wait

        # the attempts are limited by the policy, so stamina's own limits stay out of the way
        for trial in stamina.retry_context(on=pause, attempts=None, timeout=None):
            with trial:
                return attempt(deadline)
        raise AssertionError("a retry context ends with an answer or an error")


def _begun(
    items: Generator[Answer, None, None],
) -> tuple[Answer, Generator[Answer, None, None]]:
    return next(items), items
