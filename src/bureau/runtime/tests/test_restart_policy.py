"""When a child is started again: a pure decision."""

from hypothesis import given
from hypothesis import strategies as st

from bureau.runtime.launcher import RestartPolicy, describe_exit

POLICY = RestartPolicy()
times = st.lists(st.floats(0, 1000), max_size=10)


@given(times)
def test_five_starts_within_the_window_are_the_end(starts: list[float]) -> None:
    recent = [start for start in starts if start > 1000 - POLICY.window]
    assert (POLICY.delay(starts, 1000) is None) == (len(recent) >= 5)


@given(times)
def test_a_wait_is_never_longer_than_the_longest(starts: list[float]) -> None:
    delay = POLICY.delay(starts, 1000)
    assert delay is None or POLICY.first_delay <= delay <= POLICY.longest_delay


def test_waits_double() -> None:
    assert [POLICY.delay([1.0] * count, 2) for count in (1, 2, 3, 4)] == [0.25, 0.5, 1, 2]


def test_an_exit_is_described_in_words() -> None:
    assert describe_exit(3) == "ended with code 3"
    assert describe_exit(-9) == "was ended by SIGKILL"
    assert describe_exit(-999) == "was ended by signal 999"
