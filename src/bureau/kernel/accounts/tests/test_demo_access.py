"""BUREAU_ACCESS=demo: a nameless caller on this machine acts as the demo user."""

from __future__ import annotations

import pytest
from tests.fixtures import SetEnvironment

from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.tests.cast import (
    ME,
    PASSWORD,
    add_person,
    nobody,
    sign_in,
)

PROFILE = "/api/auth/profile/"


@pytest.fixture
def analyst(db: None) -> User:
    return add_person("analyst", Role.ANALYST)


def test_it_is_off_unless_asked_for(analyst: User, environment: SetEnvironment) -> None:
    assert nobody().get(ME).status_code == 403
    environment(bureau_access="demo")
    assert nobody().get(ME).json()["username"] == "analyst"
    changed = nobody().patch(PROFILE, {"first_name": "Lena"})
    assert changed.json()["first_name"] == "Lena"


def test_only_this_machine_may_be_nameless(analyst: User, environment: SetEnvironment) -> None:
    environment(bureau_access="demo")
    assert nobody().get(ME, REMOTE_ADDR="::1").status_code == 200
    assert nobody().get(ME, REMOTE_ADDR="10.0.0.5").status_code == 403
    assert nobody().get(ME, REMOTE_ADDR="").status_code == 403


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED"])
def test_a_proxy_on_this_machine_does_not_lend_its_address(
    header: str, analyst: User, environment: SetEnvironment
) -> None:
    environment(bureau_access="demo", trusted_proxies=["127.0.0.1"])
    assert nobody().get(ME, **{header: "127.0.0.1"}).status_code == 403


def test_pages_of_other_sites_open_in_the_browser_are_refused(
    analyst: User, environment: SetEnvironment
) -> None:
    environment(bureau_access="demo")
    for origin in ("https://evil.example", "null"):
        refused = nobody().patch(PROFILE, {"first_name": "Eve"}, HTTP_ORIGIN=origin)
        assert refused.status_code == 403
    own = nobody().patch(PROFILE, {"first_name": "Lena"}, HTTP_ORIGIN="http://testserver")
    assert own.status_code == 200


def test_who_presents_something_is_taken_at_their_word(
    analyst: User, patient: User, environment: SetEnvironment
) -> None:
    environment(bureau_access="demo")
    assert sign_in("patient").get(ME).json()["username"] == "patient"
    assert nobody().get(ME, HTTP_AUTHORIZATION="Bearer nonsense").status_code == 401


def test_how_the_demo_user_signs_in_is_not_for_the_nameless_to_change(
    analyst: User, environment: SetEnvironment
) -> None:
    environment(bureau_access="demo")
    body = {"old_password": PASSWORD, "new_password": "a longer and better secret"}
    assert nobody().post("/api/auth/change-password/", body).status_code == 403
    for route in ("setup-otp", "confirm-otp-setup", "verify-otp"):
        assert nobody().post(f"/api/auth/{route}/", {"otp_token": "1"}).status_code == 403


def test_a_missing_or_closed_demo_user_is_nobody(
    analyst: User, environment: SetEnvironment
) -> None:
    environment(bureau_access="demo", bureau_demo_user="absent")
    assert nobody().get(ME).status_code == 403
    environment(bureau_demo_user="analyst")
    assert nobody().get(ME).status_code == 200
    User.objects.update(is_active=False)
    assert nobody().get(ME).status_code == 403
