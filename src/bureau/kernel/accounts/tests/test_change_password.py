from __future__ import annotations

import pytest

from bureau.kernel.accounts.audit import AccountEvent
from bureau.kernel.accounts.models import Attempt, User
from bureau.kernel.accounts.tests.cast import (
    ME,
    PASSWORD,
    WRONG,
    browse_as,
    csrf_token,
    nobody,
    sign_in,
)
from bureau.kernel.accounts.throttle import BUDGETS

CHANGE = "/api/auth/change-password/"
NEW = "a longer and better secret"


def test_the_present_sign_in_goes_on_and_the_others_end(
    patient: User, heard: list[AccountEvent]
) -> None:
    other, caller = sign_in("patient"), sign_in("patient")
    answer = caller.post(CHANGE, {"old_password": PASSWORD, "new_password": NEW})
    assert answer.status_code == 200
    assert answer.json() == {"status": "success", "message": "Password changed successfully"}
    assert caller.get(ME).status_code == 200
    assert other.get(ME).status_code == 401
    assert heard[-1].type == "account.password_changed"
    sign_in("patient", NEW)
    old = nobody().post("/api/auth/login/", {"username": "patient", "password": PASSWORD})
    assert old.status_code == 401


def test_a_browser_session_goes_on_too(patient: User) -> None:
    browser = browse_as("patient")
    body = {"old_password": PASSWORD, "new_password": NEW}
    assert browser.post(CHANGE, body).status_code == 403
    assert browser.post(CHANGE, body, HTTP_X_CSRFTOKEN=csrf_token(browser)).status_code == 200
    assert browser.get(ME).status_code == 200


def test_the_old_password_must_be_right_and_the_new_one_strong(patient: User) -> None:
    caller = sign_in("patient")
    wrong = caller.post(CHANGE, {"old_password": WRONG, "new_password": NEW})
    assert wrong.status_code == 400
    assert wrong.json() == {"old_password": ["Old password is incorrect."]}
    weak = caller.post(CHANGE, {"old_password": PASSWORD, "new_password": "12345678"})
    assert weak.status_code == 400
    assert list(weak.json()) == ["new_password"]
    blank = caller.post(CHANGE, {})
    assert set(blank.json()) == {"old_password", "new_password"}
    sign_in("patient")


def test_a_stolen_session_cannot_guess_the_password_without_end(
    patient: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BUDGETS, Attempt.Kind.SIGN_IN, 2)
    caller = sign_in("patient")
    guess = {"old_password": WRONG, "new_password": NEW}
    assert [caller.post(CHANGE, guess).status_code for _ in range(3)] == [400, 400, 429]


def test_nobody_has_no_password_to_change(db: None) -> None:
    body = {"old_password": PASSWORD, "new_password": NEW}
    assert nobody().post(CHANGE, body).status_code == 403
