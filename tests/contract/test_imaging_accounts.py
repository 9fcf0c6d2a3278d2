"""Signing in at the imaging desk in the words of its contract."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.contract.imaging import BASE

from bureau.kernel.accounts.models import Role, User

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _dora() -> None:
    User.objects.create_user(
        "dora", "dora@example.org", PASSWORD, role=Role.DOCTOR, first_name="Dora", last_name="Wu"
    )


@pytest.mark.parametrize("as_json", [True, False])
def test_sign_in_who_am_i_and_out(as_json: bool) -> None:
    client, fields = Client(), {"username": "dora", "password": PASSWORD}
    kind = {"content_type": "application/json"} if as_json else {}
    signed = client.post(f"{BASE}/auth/login", fields, **kind).json()
    assert list(signed) == ["access_token", "refresh_token", "user", "status", "message"]
    assert list(signed["user"]) == ["id", "username", "email", "first_name", "last_name"]
    assert signed["status"] == "success"
    caller = Client(headers={"Authorization": f"Bearer {signed['access_token']}"})
    me = caller.get(f"{BASE}/auth/me").json()
    assert me == {
        "user_id": str(signed["user"]["id"]),
        "username": "dora",
        "email": "dora@example.org",
        "role": "doctor",
    }
    assert caller.get(f"{BASE}/studies/search").status_code == 200
    assert caller.post(f"{BASE}/auth/logout").json()["status"] == "success"
    # signing out ends the token itself
    assert caller.get(f"{BASE}/auth/me").status_code == 401


def test_refusals() -> None:
    client = Client()
    for path in ("/auth/me", "/studies/search", "/reports/search", "/analysis/tasks"):
        answer = client.get(f"{BASE}{path}")
        assert (answer.status_code, answer.json()) == (401, {"detail": "Not authenticated"})
    wrong = client.post(f"{BASE}/auth/login", {"username": "dora", "password": "wrong"})
    assert (wrong.status_code, wrong.json()) == (
        401,
        {"detail": "帳號或密碼錯誤 / Invalid credentials"},
    )
    for body in ({}, {"username": "dora"}, {"username": "", "password": ""}):
        assert client.post(f"{BASE}/auth/login", body).status_code == 400
    broken = client.post(f"{BASE}/auth/login", b"[1]", content_type="application/json")
    assert broken.status_code == 400
    method = client.delete(f"{BASE}/studies/search")
    assert (method.status_code, set(method.json())) == (405, {"detail"})
