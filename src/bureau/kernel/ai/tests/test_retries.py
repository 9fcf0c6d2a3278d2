from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.kernel.ai.breaker import Breaker
from bureau.kernel.ai.calling import Caller, RetryPolicy, wait_before_retry
from bureau.kernel.ai.ports import (
    ProviderAnswerUnusable,
    ProviderBusy,
    ProviderNotConfigured,
    ProviderRefused,
    ProviderUnavailable,
)

SECONDS = st.floats(0, 1000)
POLICIES = st.builds(
    RetryPolicy,
    max_retries=st.integers(0, 5),
    first_wait=st.floats(0, 10),
    longest_wait=st.floats(0, 60),
)


@given(st.none() | SECONDS, st.integers(0, 8), SECONDS, POLICIES, st.floats(0, 1))
def test_a_wait_fits_every_limit(
    asked: float | None, retries: int, left: float, policy: RetryPolicy, spread: float
) -> None:
    wait = wait_before_retry(
        ProviderBusy(retry_after=asked),
        retries=retries,
        seconds_left=left,
        policy=policy,
        spread=spread,
    )
    if wait is None:
        return
    assert retries < policy.max_retries
    assert 0 <= wait <= policy.longest_wait
    assert wait < left
    assert asked is None or wait == asked


@given(st.integers(0, 4), st.floats(0, 1))
def test_waits_grow_and_differ_between_callers(retries: int, spread: float) -> None:
    policy = RetryPolicy(max_retries=6, first_wait=1, longest_wait=10)
    wait = wait_before_retry(
        ProviderUnavailable(),
        retries=retries,
        seconds_left=100,
        policy=policy,
        spread=spread,
    )
    ceiling = min(10, 2**retries)
    assert wait is not None
    assert ceiling / 2 <= wait <= ceiling


@pytest.mark.parametrize(
    "problem",
    [
        ProviderRefused(),
        ProviderAnswerUnusable(),
        ProviderNotConfigured(),
        KeyError("bug"),
    ],
    ids=lambda problem: type(problem).__name__,
)
def test_what_does_not_pass_by_itself_is_not_tried_again(problem: Exception) -> None:
    policy = RetryPolicy()
    assert wait_before_retry(problem, retries=0, seconds_left=100, policy=policy, spread=0) is None


@given(st.integers(0, 4), st.integers(0, 6))
def test_attempts_end_with_the_first_answer_or_the_last_retry(limit: int, failures: int) -> None:
    caller = Caller("x", policy=RetryPolicy(limit, 0, 0), breaker=Breaker(threshold=99))
    outcomes = [ProviderUnavailable(str(number)) for number in range(failures)]
    attempts = 0

    def attempt(_deadline: float) -> str:
        nonlocal attempts
        attempts += 1
        if attempts <= failures:
            raise outcomes[attempts - 1]
        return "answer"

    if failures > limit:
        with pytest.raises(ProviderUnavailable) as caught:
            caller.call(attempt, seconds=10)
        assert caught.value is outcomes[limit]
        assert attempts == limit + 1
    else:
        assert caller.call(attempt, seconds=10) == "answer"
        assert attempts == failures + 1
