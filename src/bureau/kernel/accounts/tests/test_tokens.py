from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bureau.kernel.accounts.audit import AccountEvent
from bureau.kernel.accounts.models import LoginSession, User
from bureau.kernel.accounts.sessions import LONGEST_LIFE
from bureau.kernel.accounts.tests.cast import (
    ME,
    PASSWORD,
    Caller,
    nobody,
    sign_in,
)
from bureau.kernel.accounts.tokens import Claims, write_token

REFRESH = "/api/auth/token/refresh/"


def claims_for(user: User, kind: str = "access") -> Claims:
    login = LoginSession.objects.get(user=user)
    token_id = login.refresh_id if kind == "refresh" else uuid.uuid4()
    return Claims(kind, user.pk, login.pk, token_id)  # type: ignore[arg-type]


def works(caller: Caller) -> bool:
    return bool(caller.get(ME).status_code == 200)


def test_a_refresh_token_buys_a_new_pair(patient: User) -> None:
    caller = sign_in("patient")
    answer = nobody().post(REFRESH, {"refresh": caller.refresh})
    assert answer.status_code == 200
    assert set(answer.json()) == {"access", "refresh"}
    renewed = Caller(caller.client)
    renewed.take_tokens(answer)
    assert works(renewed)
    assert renewed.refresh != caller.refresh


def test_a_refresh_token_used_twice_ends_the_whole_family(
    patient: User, heard: list[AccountEvent]
) -> None:
    other_device = sign_in("patient")
    thief = sign_in("patient")
    owner = Caller(thief.client)
    owner.take_tokens(nobody().post(REFRESH, {"refresh": thief.refresh}))
    assert works(owner)

    assert nobody().post(REFRESH, {"refresh": thief.refresh}).status_code == 401
    assert not works(owner)
    assert not works(thief)
    assert nobody().post(REFRESH, {"refresh": owner.refresh}).status_code == 401
    assert works(other_device)
    assert heard[-1].type == "account.refresh_reused"


@pytest.mark.django_db(transaction=True)
def test_of_parallel_refreshes_with_one_token_at_most_one_wins() -> None:
    User.objects.create_user("patient", password=PASSWORD)
    caller = sign_in("patient")

    def refresh(_: int) -> int:
        try:
            return int(nobody().post(REFRESH, {"refresh": caller.refresh}).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(refresh, range(4)))
    assert answers.count(200) <= 1
    assert set(answers) <= {200, 401}
    assert not works(caller)


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "\x00", "é"])
def test_what_is_no_token_opens_nothing(token: str, patient: User) -> None:
    assert nobody().post(REFRESH, {"refresh": token}).status_code in {400, 401}
    header = f"Bearer {token}".encode("latin-1", "replace").decode("latin-1")
    assert nobody().get(ME, HTTP_AUTHORIZATION=header).status_code in {401, 403}


def test_a_refresh_token_is_no_access_token_and_the_other_way_round(patient: User) -> None:
    caller = sign_in("patient")
    assert nobody().post(REFRESH, {"refresh": caller.access}).status_code == 401
    assert works(caller)
    caller.access = caller.refresh
    assert caller.get(ME).status_code == 401


def test_expired_tokens_open_nothing(patient: User) -> None:
    caller = sign_in("patient")
    just_now = timezone.now() - timedelta(minutes=59)
    caller.access = write_token(claims_for(patient), now=just_now)
    assert works(caller)
    caller.access = write_token(claims_for(patient), now=just_now - timedelta(minutes=2))
    assert caller.get(ME).status_code == 401
    week_old = write_token(claims_for(patient, "refresh"), now=just_now - timedelta(days=7))
    assert nobody().post(REFRESH, {"refresh": week_old}).status_code == 401


def test_an_expired_access_token_can_still_end_its_own_sign_in(patient: User) -> None:
    caller = sign_in("patient")
    fresh = caller.access
    caller.access = write_token(claims_for(patient), now=timezone.now() - timedelta(hours=2))
    assert caller.post("/api/auth/logout/").status_code == 200
    caller.access = fresh
    assert not works(caller)


def test_tokens_signed_otherwise_open_nothing(patient: User) -> None:
    caller = sign_in("patient")
    payload = jwt.decode(caller.access, options={"verify_signature": False})
    for forged in (
        jwt.encode(payload, "", algorithm="none"),
        jwt.encode(payload, "k" * 32, algorithm="HS256"),
    ):
        caller.access = forged
        assert caller.get(ME).status_code == 401


def test_a_sign_in_ends_after_its_longest_life_however_often_refreshed(patient: User) -> None:
    caller = sign_in("patient")
    LoginSession.objects.update(created_at=timezone.now() - LONGEST_LIFE)
    assert not works(caller)
    assert nobody().post(REFRESH, {"refresh": caller.refresh}).status_code == 401


def test_a_password_changed_anywhere_ends_every_sign_in(patient: User) -> None:
    caller = sign_in("patient")
    patient.set_password("set by a command")
    patient.save()
    assert caller.get(ME).status_code == 401


def test_who_is_calling_costs_one_query(
    patient: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    caller = sign_in("patient")
    with django_assert_num_queries(1):
        assert works(caller)


def test_sign_ins_that_can_no_longer_be_used_are_cleared_away(patient: User) -> None:
    sign_in("patient")
    LoginSession.objects.update(refreshed_at=timezone.now() - timedelta(days=8))
    sign_in("patient")
    assert LoginSession.objects.count() == 1
