from __future__ import annotations

from bureau.kernel.accounts.audit import AccountEvent
from bureau.kernel.accounts.models import LoginSession, User
from bureau.kernel.accounts.tests.cast import (
    ME,
    NOT_SIGNED_IN,
    PASSWORD,
    WRONG,
    browse_as,
    csrf_token,
    nobody,
    sign_in,
)

LOGIN = "/api/auth/login/"
LOGOUT = "/api/auth/logout/"


def test_signing_in_answers_the_user_and_tokens_that_work(
    patient: User, heard: list[AccountEvent]
) -> None:
    caller = nobody()
    answer = caller.post(LOGIN, {"username": "patient", "password": PASSWORD})
    assert answer.status_code == 200
    body = answer.json()
    asked = {"requires_otp_setup", "requires_otp_verify", "requires_password_change"}
    assert set(body) == {"user", "access", "refresh"} | asked
    assert body["user"]["id"] == patient.pk
    assert body["requires_otp_setup"] is True
    assert body["requires_otp_verify"] is False
    assert [(event.type, event.user) for event in heard] == [("account.signed_in", patient)]
    assert sign_in("patient").get(ME).json()["username"] == "patient"


def test_signing_in_starts_a_browser_session_too(patient: User) -> None:
    browser = browse_as("patient")
    assert browser.get(ME).json()["username"] == "patient"


def test_the_same_refusal_for_unknown_names_wrong_passwords_and_closed_accounts(
    patient: User, doctor: User, heard: list[AccountEvent]
) -> None:
    User.objects.filter(pk=doctor.pk).update(is_active=False)
    for username, password in [("patient", WRONG), ("nobody", WRONG), ("doctor", PASSWORD)]:
        answer = nobody().post(LOGIN, {"username": username, "password": password})
        assert answer.status_code == 401
        assert answer.json() == {"error": "Invalid credentials"}
        assert not answer.cookies
    assert [event.type for event in heard] == ["account.sign_in_failed"] * 3
    assert all(event.payload == {} for event in heard)
    assert not LoginSession.objects.exists()


def test_blank_fields_are_named(db: None) -> None:
    answer = nobody().post(LOGIN, {})
    assert answer.status_code == 400
    assert set(answer.json()) == {"username", "password"}


def test_a_foreign_page_cannot_sign_a_visitor_in(patient: User) -> None:
    credentials = {"username": "patient", "password": PASSWORD}
    for origin in ("https://evil.example", "null"):
        refused = nobody().post(LOGIN, credentials, HTTP_ORIGIN=origin)
        assert refused.status_code == 403
        assert refused.json()["detail"].startswith("CSRF Failed: ")
    assert nobody().post(LOGIN, credentials, HTTP_ORIGIN="http://testserver").status_code == 200


def test_logging_out_ends_tokens_and_browser_session_alike(
    patient: User, heard: list[AccountEvent]
) -> None:
    bearer = sign_in("patient")
    answer = bearer.post(LOGOUT)
    assert answer.status_code == 200
    assert answer.json() == {"status": "success", "message": "Logged out successfully"}
    assert bearer.get(ME).status_code == 401
    assert nobody().post("/api/auth/token/refresh/", {"refresh": bearer.refresh}).status_code == 401

    browser = browse_as("patient")
    login = LoginSession.objects.get(revoked_at=None)
    assert browser.post(LOGOUT, HTTP_X_CSRFTOKEN=csrf_token(browser)).status_code == 200
    assert browser.get(ME).status_code == 403
    login.refresh_from_db()
    assert login.revoked_because == "signed_out"
    assert [e.type for e in heard].count("account.signed_out") == 2


def test_logging_out_needs_no_sign_in_and_no_valid_token(db: None) -> None:
    assert nobody().post(LOGOUT).status_code == 200
    assert nobody().post(LOGOUT, HTTP_AUTHORIZATION="Bearer nonsense").status_code == 200


def test_a_foreign_page_cannot_sign_a_visitor_out(patient: User) -> None:
    browser = browse_as("patient")
    refused = browser.post(LOGOUT)
    assert refused.status_code == 403
    assert refused.json()["detail"].startswith("CSRF Failed: ")
    assert browser.get(ME).status_code == 200


def test_me_is_refused_to_who_presents_nothing(db: None) -> None:
    answer = nobody().get(ME)
    assert answer.status_code == 403
    assert answer.json()["detail"] == NOT_SIGNED_IN["detail"]


def test_the_csrf_route_sets_the_cookie_and_answers_head(db: None) -> None:
    answer = nobody().get("/api/auth/csrf/")
    assert answer.json()["detail"] == "CSRF cookie set"
    assert answer.json()["csrfToken"]
    assert "csrftoken" in answer.cookies
    assert nobody().call("head", "/api/auth/csrf/").status_code == 200
