"""Hashing is slow and large: few at once, and nobody else's connection waits for it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from pytest_django import Settings
from tests.faults.web import web_server

from bureau.kernel.accounts import hashing
from bureau.kernel.accounts.models import Attempt, Role, User
from bureau.kernel.accounts.tests.cast import PASSWORD, WRONG, add_person, nobody
from bureau.kernel.errors import Unavailable

LOGIN = "/api/auth/login/"
AT_ONCE = 40


@pytest.mark.django_db(transaction=True)
@pytest.mark.security("forty sign-ins at once, so that hashing holds all connections and memory")
def test_forty_sign_ins_at_once_are_all_answered_with_two_connections(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    add_person("dora", Role.DOCTOR)
    body = {"username": "dora", "password": PASSWORD}
    with web_server(BUREAU_DB_POOL="2") as port, ThreadPoolExecutor(AT_ONCE) as people:
        address = f"http://127.0.0.1:{port}{LOGIN}"
        answers = people.map(
            lambda _: httpx.post(address, json=body, timeout=120).status_code, range(AT_ONCE)
        )
        assert list(answers) == [200] * AT_ONCE


def test_no_more_are_hashed_at_once_than_memory_is_meant_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inside, most, lock = 0, 0, threading.Lock()
    full = threading.Event()
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
            if inside == hashing.AT_ONCE:
                full.set()
        full.wait(30)
        try:
            return str(encode(self, password, salt))
        finally:
            with lock:
                inside -= 1

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    with ThreadPoolExecutor(8) as people:
        list(people.map(hashing.hash_password, ["a"] * 8))
    assert most == hashing.AT_ONCE


def test_who_waits_too_long_is_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(hashing, "_turns", threading.BoundedSemaphore(1))
    hashing._turns.acquire()
    with pytest.raises(Unavailable) as refused:
        hashing.hash_password("a")
    assert refused.value.headers == {"Retry-After": "5"}


@pytest.mark.security("signing in with megabytes for a name or password")
@pytest.mark.parametrize("route", [LOGIN, "/api/v1/auth/login"])
@pytest.mark.parametrize("field", ["username", "password"])
def test_a_name_or_password_of_megabytes_is_refused_before_any_work(
    patient: User, route: str, field: str
) -> None:
    wish = {"username": "patient", "password": PASSWORD, field: "a" * 2_500_000}
    answer = nobody().post(route, wish)
    assert answer.status_code == 400
    assert "characters" in answer.content.decode()
    assert not Attempt.objects.exists()


def test_a_hash_of_an_older_kind_is_replaced_by_a_right_password_only(
    settings: Settings, patient: User
) -> None:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    assert not hashing.is_password_of(patient, WRONG)
    assert User.objects.get().password.startswith("md5$")
    assert hashing.is_password_of(patient, PASSWORD)
    assert User.objects.get().password.startswith("argon2$")
