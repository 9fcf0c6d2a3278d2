"""Guessing is slow (promise A3)."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from tests.fixtures import SetEnvironment

from bureau.kernel.accounts.models import Attempt, User
from bureau.kernel.accounts.tests.cast import PASSWORD, WRONG, add_person, nobody
from bureau.kernel.accounts.throttle import WINDOW, seconds_to_wait

LOGIN = "/api/auth/login/"
LIMIT = 20

pytestmark = pytest.mark.security("guessing passwords by account, by address and by spelling")


def attempt(username: str, password: str = WRONG, **headers: str) -> int:
    body = {"username": username, "password": password}
    return int(nobody().post(LOGIN, body, **headers).status_code)


def test_an_account_can_be_guessed_twenty_times_an_hour_from_anywhere(patient: User) -> None:
    answers = [attempt("patient", REMOTE_ADDR=f"10.0.0.{n}") for n in range(LIMIT + 10)]
    assert answers == [401] * LIMIT + [429] * 10
    assert attempt("patient", PASSWORD, REMOTE_ADDR="10.0.1.1") == 429


def test_spellings_of_one_name_share_one_budget(patient: User) -> None:
    spellings = ["patient", "PATIENT", " patient", "ｐａｔｉｅｎｔ"]
    answers = [attempt(spellings[n % 4], REMOTE_ADDR=f"10.0.0.{n}") for n in range(LIMIT + 4)]
    assert answers.count(401) == LIMIT


def test_an_address_can_guess_twenty_times_an_hour_over_all_names(patient: User) -> None:
    answers = [attempt(f"name{n}") for n in range(LIMIT + 10)]
    assert answers == [401] * LIMIT + [429] * 10
    assert attempt("patient", PASSWORD) == 429
    assert attempt("patient", PASSWORD, REMOTE_ADDR="10.0.0.1") == 200


def test_a_success_does_not_give_an_address_new_tries(patient: User) -> None:
    answers = []
    for n in range(LIMIT + 5):
        answers.append(attempt(f"name{n}"))
        answers.append(attempt("patient", PASSWORD))
    assert answers.count(401) == LIMIT


def test_forged_headers_do_not_help(patient: User) -> None:
    answers = [
        attempt(
            f"name{n}",
            HTTP_X_FORWARDED_FOR=f"192.0.2.{n}",
            HTTP_X_REAL_IP=f"192.0.2.{n}",
            HTTP_FORWARDED=f"for=192.0.2.{n}",
        )
        for n in range(LIMIT + 5)
    ]
    assert answers.count(401) == LIMIT


def test_behind_a_trusted_proxy_the_last_hop_counts_and_forged_ones_do_not(
    patient: User, environment: SetEnvironment
) -> None:
    environment(trusted_proxies=["10.0.0.0/8"])

    def through_proxy(name: str, client: str, forged: str) -> int:
        header = f"{forged}, {client}, 10.0.0.9"
        return attempt(name, REMOTE_ADDR="10.0.0.5", HTTP_X_FORWARDED_FOR=header)

    answers = [through_proxy(f"n{n}", "203.0.113.7", f"192.0.2.{n}") for n in range(LIMIT + 5)]
    assert answers.count(401) == LIMIT
    assert through_proxy("other", "203.0.113.8", "203.0.113.7") == 401


def test_the_refusal_says_when_to_come_back_and_is_then_kept(patient: User) -> None:
    for n in range(LIMIT):
        attempt("patient", REMOTE_ADDR=f"10.0.0.{n}")
    refused = nobody().post(LOGIN, {"username": "patient", "password": PASSWORD})
    assert refused.status_code == 429
    assert refused.json()["code"] == "TOO_MANY_REQUESTS"
    wait = int(refused["Retry-After"])
    assert 0 < wait <= 3600

    later = timedelta(seconds=wait)
    for row in Attempt.objects.all():
        Attempt.objects.filter(pk=row.pk).update(at=row.at - later)
    assert attempt("patient", PASSWORD) == 200


def test_attempts_older_than_the_window_are_deleted(patient: User) -> None:
    attempt("patient")
    Attempt.objects.update(at=datetime.now(UTC) - WINDOW)
    attempt("patient", PASSWORD)
    assert not Attempt.objects.exists()


def test_no_typed_name_is_stored(db: None) -> None:
    attempt("secret-name")
    [row] = Attempt.objects.values_list("account_digest", flat=True)
    assert "secret" not in row


@pytest.mark.django_db(transaction=True)
def test_a_burst_of_parallel_guesses_gets_no_more_answers() -> None:
    add_person("patient")

    def guess(n: int) -> int:
        try:
            return attempt("patient", REMOTE_ADDR=f"10.0.0.{n}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = Counter(pool.map(guess, range(3 * LIMIT)))
    assert answers[401] <= LIMIT
    assert set(answers) == {401, 429}


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ages = st.lists(st.integers(0, 7200), max_size=30).map(sorted)


@given(ages, st.integers(1, 25))
def test_the_wait_is_exactly_long_enough(seconds_ago: list[int], limit: int) -> None:
    newest = [NOW - timedelta(seconds=age) for age in seconds_ago]
    wait = seconds_to_wait(newest[:limit], limit=limit, now=NOW)

    def standing(at: datetime) -> int:
        return sum(at - moment < WINDOW for moment in newest)

    assert (wait == 0) == (standing(NOW) < limit)
    assert standing(NOW + timedelta(seconds=wait)) < limit
