from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bureau.kernel.ai.breaker import Breaker

COOL_DOWN = 10.0
THRESHOLD = 3
STEPS = st.lists(
    st.one_of(st.sampled_from(["answered", "failed", "admit"]), st.floats(0, 2 * COOL_DOWN)),
    max_size=60,
)


@given(STEPS)
def test_it_refuses_only_after_failures_in_a_row_and_lets_one_trial_a_cool_down_through(
    steps: list[str | float],
) -> None:
    now, in_a_row, last_event = 0.0, 0, float("-inf")
    breaker = Breaker(threshold=THRESHOLD, cool_down=COOL_DOWN, clock=lambda: now)
    for step in steps:
        if isinstance(step, float):
            now += step
        elif step == "answered":
            breaker.answered()
            in_a_row = 0
        elif step == "failed":
            breaker.failed()
            in_a_row, last_event = in_a_row + 1, now
        else:
            wait = breaker.admit()
            quiet = in_a_row >= THRESHOLD and now < last_event + COOL_DOWN
            assert (wait > 0) == quiet
            # a sum and a difference of floats may end one place beyond
            assert wait <= COOL_DOWN + 1e-9
            if in_a_row >= THRESHOLD and not quiet:
                last_event = now


def test_a_trial_that_never_reports_back_does_not_block_the_next_one() -> None:
    now = 0.0
    breaker = Breaker(threshold=1, cool_down=COOL_DOWN, clock=lambda: now)
    breaker.failed()
    now = COOL_DOWN
    assert breaker.admit() == 0
    assert breaker.admit() == COOL_DOWN
    now = 2 * COOL_DOWN
    assert breaker.admit() == 0
