"""When a child is started again: a pure decision."""

from hypothesis import given
from hypothesis import strategies as st

from bureau.runtime.launcher import RestartPolicy, describe_exit

POLICY = RestartPolicy()


@given(st.integers(0, 10**6))
def test_a_child_is_always_started_again_and_within_a_minute(short_lives: int) -> None:
    assert POLICY.first_delay <= POLICY.delay(short_lives) <= POLICY.longest_delay == 60


def test_pauses_double_up_to_the_longest() -> None:
    delays = [POLICY.delay(count) for count in range(1, 12)]
    assert delays == [0.25, 0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_an_exit_is_described_in_words() -> None:
    assert describe_exit(3) == "ended with code 3"
    assert describe_exit(-9) == "was ended by SIGKILL"
    assert describe_exit(-999) == "was ended by signal 999"
