from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.kernel.accounts.audit import AccountEvent
from bureau.kernel.accounts.models import Attempt, LoginSession, TotpDevice, User
from bureau.kernel.accounts.tests.cast import (
    ME,
    PASSWORD,
    TICKET,
    WRONG,
    Caller,
    browse_as,
    code_of,
    csrf_token,
    give_second_factor,
    nobody,
    sign_in,
)
from bureau.kernel.accounts.throttle import BUDGETS
from bureau.kernel.accounts.totp import STEP_SECONDS, code_at, matching_step, new_secret

SETUP = "/api/auth/setup-otp/"
CONFIRM = "/api/auth/confirm-otp-setup/"
VERIFY = "/api/auth/verify-otp/"


def set_up(caller: Caller) -> Any:
    caller.post(SETUP, {"password": PASSWORD})
    device = TotpDevice.objects.get()
    return caller.post(CONFIRM, {"otp_token": code_of(device)})


def test_setting_up_shows_a_qr_code_and_a_base32_secret_and_confirming_puts_it_in_force(
    patient: User, heard: list[AccountEvent]
) -> None:
    caller = sign_in("patient")
    offer = caller.post(SETUP, {"password": PASSWORD}).json()
    prefix, _, image = offer["qr_code"].partition(",")
    assert prefix == "data:image/png;base64"
    assert base64.b64decode(image).startswith(b"\x89PNG")
    assert len(base64.b32decode(offer["secret"])) == 20

    device = TotpDevice.objects.get()
    assert device.secret == offer["secret"]
    answer = caller.post(CONFIRM, {"otp_token": code_of(device)})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["success"], body["message"]) == (True, "OTP setup complete")
    assert body["user"]["username"] == "patient"
    assert len(set(body["recovery_codes"])) == 10
    assert caller.get(ME).status_code == 200
    assert heard[-1].type == "account.second_factor_added"


def test_refusals_of_setting_up_have_the_contracts_words(patient: User) -> None:
    caller = sign_in("patient")
    assert caller.post(CONFIRM, {}).json() == {"error": "OTP token is required"}
    nothing = caller.post(CONFIRM, {"otp_token": "123456"})
    assert nothing.status_code == 400
    assert nothing.json() == {"error": "No pending OTP setup found"}
    caller.post(SETUP, {"password": PASSWORD})
    assert caller.post(CONFIRM, {"otp_token": "no"}).json() == {"error": "Invalid OTP code"}
    assert set_up(caller).status_code == 200
    again = caller.post(SETUP, {"password": PASSWORD})
    assert again.status_code == 400
    assert again.json() == {"error": "OTP is already set up for this account"}


@pytest.mark.security("adding an authenticator with a stolen sign-in, without the password")
def test_adding_an_authenticator_asks_for_the_password(patient: User) -> None:
    caller = sign_in("patient")
    for body in (None, {}, {"password": ""}):
        missing = caller.post(SETUP, body)
        assert (missing.status_code, missing.json()["code"]) == (400, "PASSWORD_REQUIRED")
        assert missing.json()["errors"] == {"password": ["This field is required."]}
    wrong = caller.post(SETUP, {"password": WRONG})
    assert (wrong.status_code, wrong.json()) == (400, {"password": ["The password is wrong."]})
    assert Attempt.objects.filter(kind=Attempt.Kind.SIGN_IN).count() == 1
    assert not TotpDevice.objects.exists()
    assert caller.post(SETUP, {"password": PASSWORD}).status_code == 200


def test_an_unconfirmed_secret_is_replaced_and_asks_nothing_of_anyone(patient: User) -> None:
    caller = sign_in("patient")
    first = caller.post(SETUP, {"password": PASSWORD}).json()["secret"]
    assert caller.post(SETUP, {"password": PASSWORD}).json()["secret"] != first
    assert TotpDevice.objects.count() == 1
    assert sign_in("patient").get(ME).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ME),
        ("patch", "/api/auth/profile/"),
        ("post", "/api/auth/change-password/"),
        ("post", SETUP),
        ("post", CONFIRM),
        ("get", TICKET),
        ("get", "/api/users/"),
        ("get", "/api/users/doctors/"),
        ("get", "/api/users/patients/"),
    ],
)
def test_a_pending_sign_in_opens_nothing(method: str, path: str, admin: User) -> None:
    device = give_second_factor(admin)
    pending = nobody().post("/api/auth/login/", {"username": "admin", "password": PASSWORD})
    assert pending.json()["requires_otp_verify"] is True
    assert pending.json()["requires_otp_setup"] is False
    caller = Caller(nobody().client)
    caller.take_tokens(pending)
    browser = browse_as("admin")
    for who, headers in ((caller, {}), (browser, {"HTTP_X_CSRFTOKEN": csrf_token(browser)})):
        refused = who.call(method, path, {} if method != "get" else None, **headers)
        assert refused.status_code == 403
        assert refused.json()["detail"] == "A second factor is required."
        assert refused.json()["code"] == "SECOND_FACTOR_REQUIRED"
    refresh = nobody().post("/api/auth/token/refresh/", {"refresh": caller.refresh})
    assert refresh.status_code == 403

    verified = caller.post(VERIFY, {"otp_token": code_of(device)})
    assert verified.status_code == 200
    assert verified.json()["status"] == "success"
    full = Caller(nobody().client)
    full.take_tokens(verified)
    assert full.call(method, path, {} if method != "get" else None).status_code != 403
    # what was handed out before the second factor never opens anything
    assert caller.get(ME).status_code == 401
    assert nobody().post("/api/auth/token/refresh/", {"refresh": caller.refresh}).status_code == 401


def test_a_browser_session_is_completed_too(patient: User, heard: list[AccountEvent]) -> None:
    device = give_second_factor(patient)
    browser = browse_as("patient")
    before = browser.client.cookies["sessionid"].value
    headers = {"HTTP_X_CSRFTOKEN": csrf_token(browser)}
    assert browser.post(VERIFY, {"otp_token": code_of(device)}).status_code == 403
    assert browser.post(VERIFY, {"otp_token": code_of(device)}, **headers).status_code == 200
    assert browser.get(ME).json()["username"] == "patient"
    assert browser.client.cookies["sessionid"].value != before
    assert heard[-1].type == "account.second_factor_verified"
    assert heard[-1].payload == {"with_recovery_code": False}


def test_a_pending_sign_in_can_be_ended(patient: User) -> None:
    give_second_factor(patient)
    caller = sign_in("patient")
    assert caller.post("/api/auth/logout/").status_code == 200
    assert LoginSession.objects.get().revoked_because == "signed_out"


def test_sign_ins_elsewhere_become_pending_when_a_second_factor_is_added(patient: User) -> None:
    elsewhere, caller = sign_in("patient"), sign_in("patient")
    set_up(caller)
    assert caller.get(ME).status_code == 200
    assert elsewhere.get(ME).json()["code"] == "SECOND_FACTOR_REQUIRED"


def test_a_code_is_good_once(patient: User) -> None:
    device = give_second_factor(patient)
    first, second = sign_in("patient"), sign_in("patient")
    code = code_of(device)
    assert first.post(VERIFY, {"otp_token": code}).status_code == 200
    replayed = second.post(VERIFY, {"otp_token": code})
    assert replayed.status_code == 400
    assert replayed.json() == {"error": "Invalid OTP code"}
    assert second.post(VERIFY, {"otp_token": code_of(device, steps_away=1)}).status_code == 200


def test_wrong_codes_are_refused_and_counted(
    patient: User, monkeypatch: pytest.MonkeyPatch, heard: list[AccountEvent]
) -> None:
    monkeypatch.setitem(BUDGETS, Attempt.Kind.SECOND_FACTOR, 2)
    device = give_second_factor(patient)
    caller = sign_in("patient")
    assert caller.post(VERIFY, {}).json() == {"error": "OTP token is required"}
    tries = [caller.post(VERIFY, {"otp_token": "no such code"}) for _ in range(3)]
    assert [answer.status_code for answer in tries] == [400, 400, 429]
    assert int(tries[-1]["Retry-After"]) > 3500
    right = {"otp_token": code_of(device)}
    assert caller.post(VERIFY, right).status_code == 429
    assert caller.post(VERIFY, right, REMOTE_ADDR="10.9.9.9").status_code == 429
    assert [e.type for e in heard].count("account.second_factor_failed") == 2


def test_who_has_no_second_factor_cannot_verify_one(patient: User) -> None:
    caller = sign_in("patient")
    caller.post(SETUP, {"password": PASSWORD})
    unconfirmed = code_of(TotpDevice.objects.get())
    assert caller.post(VERIFY, {"otp_token": unconfirmed}).status_code == 400
    assert nobody().post(VERIFY, {"otp_token": "123456"}).status_code == 403


def test_a_recovery_code_takes_the_place_of_the_authenticator_once(
    patient: User, heard: list[AccountEvent]
) -> None:
    codes = set_up(sign_in("patient")).json()["recovery_codes"]
    assert sign_in("patient").post(VERIFY, {"otp_token": codes[0]}).status_code == 200
    assert heard[-1].payload == {"with_recovery_code": True}
    assert sign_in("patient").post(VERIFY, {"otp_token": codes[0]}).status_code == 400
    typed = codes[1].upper().replace("-", " ")
    assert sign_in("patient").post(VERIFY, {"otp_token": typed}).status_code == 200


def test_recovery_codes_of_somebody_else_open_nothing(patient: User, doctor: User) -> None:
    codes = set_up(sign_in("patient")).json()["recovery_codes"]
    give_second_factor(doctor)
    assert sign_in("doctor").post(VERIFY, {"otp_token": codes[0]}).status_code == 400


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@given(st.integers(-4, 4), st.integers(0, STEP_SECONDS - 1))
def test_the_step_before_now_and_after_pass_and_no_other(away: int, second: int) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    now = NOON + timedelta(seconds=second)
    step = int(NOON.timestamp()) // STEP_SECONDS + away
    found = matching_step(secret, code_at(secret, step), after=0, now=now)
    assert found == (step if -1 <= away <= 1 else None)


@given(st.integers(-1, 1), st.integers(-3, 3))
def test_steps_up_to_the_last_used_one_are_spent(away: int, used: int) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    present = int(NOON.timestamp()) // STEP_SECONDS
    code = code_at(secret, present + away)
    found = matching_step(secret, code, after=present + used, now=NOON)
    assert (found is not None) == (away > used)


def test_the_codes_are_those_of_the_standard() -> None:
    # RFC 6238, appendix B, SHA-1 rows, last six of the eight digits
    secret = base64.b32encode(b"12345678901234567890").decode()
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert code_at(secret, seconds // STEP_SECONDS) == code
    assert new_secret() != new_secret()
