"""Promise R7: a job's status is defined for every combination of its tasks' outcomes."""

from __future__ import annotations

from itertools import combinations_with_replacement, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.kernel.jobs.status import (
    JobStatus,
    TaskStatus,
    job_progress,
    job_status,
    redispatch_delay,
    retry_delay,
)

# Every multiset of up to four tasks, one letter a task, written out by hand:
# P pending, R running, S success, F failed, C cancelled.
TABLE = {
    JobStatus.PENDING: "- P PP PPP PPPP",
    JobStatus.CANCELLED: "C CC CCC CCCC",
    JobStatus.SUCCESS: "S SS SC SSS SSC SCC SSSS SSSC SSCC SCCC",
    JobStatus.FAILED: "F FF FC FFF FFC FCC FFFF FFFC FFCC FCCC",
    JobStatus.PARTIAL_SUCCESS: "SF SSF SFF SFC SSSF SSFF SFFF SSFC SFFC SFCC",
    JobStatus.RUNNING: (
        "R PR PS PF PC RR RS RF RC"
        " PPR PPS PPF PPC PRR PRS PRF PRC PSS PSF PSC PFF PFC PCC"
        " RRR RRS RRF RRC RSS RSF RSC RFF RFC RCC"
        " PPPR PPPS PPPF PPPC PPRR PPRS PPRF PPRC PPSS PPSF PPSC PPFF PPFC PPCC"
        " PRRR PRRS PRRF PRRC PRSS PRSF PRSC PRFF PRFC PRCC"
        " PSSS PSSF PSSC PSFF PSFC PSCC PFFF PFFC PFCC PCCC"
        " RRRR RRRS RRRF RRRC RRSS RRSF RRSC RRFF RRFC RRCC"
        " RSSS RSSF RSSC RSFF RSFC RSCC RFFF RFFC RFCC RCCC"
    ),
}
LETTERS = {status.value[0]: status for status in TaskStatus}
ROWS = [(row.strip("-"), status) for status, rows in TABLE.items() for row in rows.split()]


def outcomes(row: str) -> list[TaskStatus]:
    return [LETTERS[letter] for letter in row]


def test_the_table_names_every_multiset_once() -> None:
    every = ["".join(row) for n in range(5) for row in combinations_with_replacement("PRSFC", n)]
    assert sorted(row for row, _ in ROWS) == sorted(every)


@pytest.mark.parametrize(("row", "expected"), ROWS)
def test_a_job_has_the_status_of_the_table_whatever_the_order(
    row: str, expected: JobStatus
) -> None:
    assert {job_status(order) for order in permutations(outcomes(row))} == {expected}


@pytest.mark.parametrize("row", [row for row, _ in ROWS])
def test_a_cancelled_job_is_cancelled_whatever_its_tasks(row: str) -> None:
    assert job_status(outcomes(row), cancelled=True) == JobStatus.CANCELLED


@given(st.lists(st.integers(0, 100), max_size=50))
def test_progress_lies_between_the_least_and_the_most_of_the_tasks(progresses: list[int]) -> None:
    found = job_progress(progresses)
    assert min(progresses, default=0) <= found <= max(progresses, default=0)
    assert (found == 100) == (bool(progresses) and set(progresses) == {100})


@given(st.lists(st.integers(0, 100), min_size=1, max_size=20), st.integers(0, 19))
def test_progress_never_falls_when_a_task_moves_on(progresses: list[int], index: int) -> None:
    before = job_progress(progresses)
    progresses[index % len(progresses)] = 100
    assert job_progress(progresses) >= before


@given(st.integers(1, 100_000))
def test_a_retry_waits_longer_each_time_up_to_five_minutes(attempt: int) -> None:
    assert 2 <= retry_delay(attempt) <= retry_delay(attempt + 1) <= 300


@given(st.integers(0, 100_000), st.integers(2, 3_600))
def test_an_offer_waits_at_least_a_lease_and_at_most_an_hour(offers: int, lease: int) -> None:
    assert lease <= redispatch_delay(offers, lease) <= redispatch_delay(offers + 1, lease) <= 3_600
