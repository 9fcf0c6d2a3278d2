from __future__ import annotations

import pytest

from bureau.kernel.accounts.audit import AccountEvent
from bureau.kernel.accounts.models import User
from bureau.kernel.accounts.tests.cast import ME, nobody, sign_in

PROFILE = "/api/auth/profile/"


@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_person_changes_their_own_account_and_the_rest_stays(
    method: str, patient: User, heard: list[AccountEvent]
) -> None:
    caller = sign_in("patient")
    answer = caller.call(method, PROFILE, {"preferred_language": "ne", "patient_id": "P-17"})
    assert answer.status_code == 200
    assert answer.json()["preferred_language"] == "ne"
    assert answer.json()["patient_id"] == "P-17"
    assert answer.json()["first_name"] == "Sipho"
    assert answer.json()["is_active"] is True
    assert heard[-1].type == "account.profile_changed"
    assert heard[-1].payload == {"fields": ["patient_id", "preferred_language"]}


def test_the_whole_account_sent_back_unchanged_is_accepted(
    patient: User, heard: list[AccountEvent]
) -> None:
    caller = sign_in("patient")
    whole = caller.get(ME).json()
    assert caller.put(PROFILE, whole).json() == whole
    assert [event.type for event in heard] == ["account.signed_in"]


@pytest.mark.parametrize(
    "wish", [{"role": "admin"}, {"role": "doctor"}, {"is_active": False}, {"role": ""}]
)
def test_role_and_activity_are_not_for_oneself_to_set(
    wish: dict[str, object], patient: User
) -> None:
    caller = sign_in("patient")
    refused = caller.patch(PROFILE, {**wish, "first_name": "Eve"})
    assert refused.status_code == 400
    assert list(refused.json()) == list(wish)
    patient.refresh_from_db()
    assert (patient.role, patient.is_active, patient.first_name) == ("patient", True, "Sipho")


def test_identity_fields_in_the_body_change_nothing(patient: User, admin: User) -> None:
    caller = sign_in("patient")
    wish = {"id": admin.pk, "username": "admin2", "is_superuser": True, "is_staff": True}
    assert caller.patch(PROFILE, wish).status_code == 200
    patient.refresh_from_db()
    assert (patient.username, patient.is_superuser, patient.is_staff) == ("patient", False, False)


def test_where_an_officer_works_is_for_an_administrator_to_say(officer: User, doctor: User) -> None:
    refused = sign_in("officer").patch(PROFILE, {"department": "Office B"})
    assert list(refused.json()) == ["department"]
    assert sign_in("officer").patch(PROFILE, {"department": "Office A"}).status_code == 200
    assert sign_in("doctor").patch(PROFILE, {"department": "Surgery"}).status_code == 200


def test_bad_values_are_named_field_by_field(patient: User) -> None:
    refused = sign_in("patient").patch(PROFILE, {"email": "x", "phone_number": "9" * 21})
    assert refused.status_code == 400
    assert set(refused.json()) == {"email", "phone_number"}


def test_nobody_changes_anything(patient: User) -> None:
    assert nobody().patch(PROFILE, {"first_name": "Eve"}).status_code == 403
