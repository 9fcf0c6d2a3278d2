"""Nobody learns from a refused sign-in whether a name exists (promise A9)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from bureau.kernel.accounts.models import User
from bureau.kernel.accounts.tests.cast import PASSWORD, WRONG, add_person, nobody

LOGIN = "/api/auth/login/"

pytestmark = pytest.mark.security("learning from a refused sign-in whether a name exists")


@contextmanager
def counted_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The hashes computed in the block: what nearly all of a sign-in's time goes into."""
    done: list[str] = []
    verify, encode = Argon2PasswordHasher.verify, Argon2PasswordHasher.encode

    def counting_verify(self: Any, *args: Any) -> bool:
        done.append("hash")
        return bool(verify(self, *args))

    def counting_encode(self: Any, *args: Any) -> str:
        done.append("hash")
        return str(encode(self, *args))

    with monkeypatch.context() as patch:
        patch.setattr(Argon2PasswordHasher, "verify", counting_verify)
        patch.setattr(Argon2PasswordHasher, "encode", counting_encode)
        yield done


@pytest.mark.django_db
def test_the_work_and_the_answer_are_the_same_for_every_kind_of_refusal(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    add_person("patient")
    closed = add_person("closed")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    seen = set()
    for username, password in (("patient", WRONG), ("nobody", WRONG), ("closed", PASSWORD)):
        with counted_hashes(monkeypatch) as hashes, CaptureQueriesContext(connection) as queries:
            answer = nobody().post(LOGIN, {"username": username, "password": password})
        seen.add((answer.status_code, answer.content, len(hashes), len(queries)))
    assert len(seen) == 1
    assert next(iter(seen))[2] == 1
