"""BUREAU_MFA=staff (promise A5)."""

from __future__ import annotations

from tests.fixtures import SetEnvironment

from bureau.kernel.accounts.models import TotpDevice, User
from bureau.kernel.accounts.tests.cast import (
    ME,
    PASSWORD,
    TICKET,
    browse_as,
    code_of,
    sign_in,
)

DOCTORS = "/api/users/doctors/"


def test_staff_reach_only_their_own_account_until_they_have_a_second_factor(
    doctor: User, environment: SetEnvironment
) -> None:
    environment(bureau_mfa="staff")
    caller = sign_in("doctor")
    for path in (DOCTORS, "/api/users/patients/", TICKET):
        refused = caller.get(path)
        assert refused.status_code == 403
        assert refused.json()["code"] == "SECOND_FACTOR_SETUP_REQUIRED"
    assert caller.get(ME).status_code == 200

    caller.post("/api/auth/setup-otp/", {"password": PASSWORD})
    code = code_of(TotpDevice.objects.get())
    assert caller.post("/api/auth/confirm-otp-setup/", {"otp_token": code}).status_code == 200
    assert caller.get(DOCTORS).status_code == 200


def test_patients_are_not_asked(patient: User, environment: SetEnvironment) -> None:
    environment(bureau_mfa="staff")
    assert sign_in("patient").get(DOCTORS).status_code == 200


def test_nobody_is_asked_where_it_is_optional(doctor: User) -> None:
    assert sign_in("doctor").get(DOCTORS).status_code == 200


def test_pages_are_closed_to_staff_without_it(admin: User, environment: SetEnvironment) -> None:
    browser = browse_as("admin")
    assert browser.client.get("/admin/").status_code == 200
    environment(bureau_mfa="staff")
    assert browser.client.get("/admin/").status_code == 302
