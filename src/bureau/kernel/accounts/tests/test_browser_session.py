from __future__ import annotations

import pytest
from django.test import Client

from bureau.kernel.accounts.models import LoginSession, User
from bureau.kernel.accounts.tests.cast import (
    ME,
    browse_as,
    csrf_token,
    give_second_factor,
)

PROFILE = "/api/auth/profile/"


def test_a_change_needs_the_csrf_token_and_reading_does_not(patient: User) -> None:
    browser = browse_as("patient")
    assert browser.get(ME).status_code == 200
    refused = browser.patch(PROFILE, {"first_name": "Eve"})
    assert refused.status_code == 403
    assert refused.json()["detail"].startswith("CSRF Failed: ")

    token = csrf_token(browser)
    accepted = browser.patch(PROFILE, {"first_name": "Eve"}, HTTP_X_CSRFTOKEN=token)
    assert accepted.json()["first_name"] == "Eve"


def test_the_token_of_another_origin_does_not_help(patient: User) -> None:
    browser = browse_as("patient")
    token = csrf_token(browser)
    headers = {"HTTP_X_CSRFTOKEN": token, "HTTP_ORIGIN": "https://evil.example"}
    assert browser.patch(PROFILE, {"first_name": "Eve"}, **headers).status_code == 403


def test_an_ended_sign_in_is_told_apart_from_none(patient: User) -> None:
    browser = browse_as("patient")
    LoginSession.objects.update(revoked_at="2020-01-01T00:00:00Z")
    assert browser.get(ME).status_code == 401


def test_signing_in_changes_the_session_key(patient: User) -> None:
    browser = browse_as("patient")
    first = browser.client.cookies["sessionid"].value
    browser.post("/api/auth/login/", {"username": "patient", "password": "nonsense"})
    assert browser.client.cookies["sessionid"].value == first
    assert browse_as("patient").client.cookies["sessionid"].value != first


def test_a_session_opened_by_djangos_own_login_obeys_the_same_rules(patient: User) -> None:
    client = Client()
    client.force_login(patient)
    assert client.get(ME).status_code == 200
    give_second_factor(patient)
    assert client.get(ME).json()["code"] == "SECOND_FACTOR_REQUIRED"


@pytest.mark.parametrize("ending", ["revoked", "closed", "second factor due", "password changed"])
def test_pages_see_nobody_once_the_sign_in_has_ended(ending: str, admin: User) -> None:
    browser = browse_as("admin")
    assert browser.client.get("/admin/").status_code == 200
    if ending == "revoked":
        LoginSession.objects.update(revoked_at="2020-01-01T00:00:00Z")
    elif ending == "closed":
        User.objects.update(is_active=False)
    elif ending == "second factor due":
        give_second_factor(admin)
    else:
        admin.set_password("something else entirely")
        admin.save()
    assert browser.client.get("/admin/").status_code == 302


def test_django_saying_staff_opens_nothing_on_the_admin_site(patient: User) -> None:
    User.objects.update(is_staff=True)
    assert browse_as("patient").client.get("/admin/").status_code == 302


def test_the_admin_site_has_no_password_form_of_its_own(db: None) -> None:
    for method in ("get", "post"):
        answer = getattr(Client(), method)("/admin/login/", {"username": "a", "password": "b"})
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/")


def test_the_admin_site_shows_no_secrets_and_changes_nothing(admin: User, patient: User) -> None:
    client = browse_as("admin").client
    page = client.get(f"/admin/accounts/user/{patient.pk}/change/")
    assert page.status_code == 200
    assert patient.password not in page.content.decode()
    assert "0825550142" not in page.content.decode()
    for path in ("user", "loginsession", "servicekey"):
        assert client.get(f"/admin/accounts/{path}/").status_code == 200
        assert client.get(f"/admin/accounts/{path}/add/").status_code == 403


def test_signing_out_of_the_admin_site_ends_the_whole_sign_in(admin: User) -> None:
    browser = browse_as("admin")
    bearer = LoginSession.objects.get()
    page = browser.client.get("/admin/")
    assert page.status_code == 200
    form = {"csrfmiddlewaretoken": csrf_token(browser)}
    assert browser.client.post("/admin/logout/", form).status_code == 302
    bearer.refresh_from_db()
    assert bearer.revoked_because == "signed_out"
