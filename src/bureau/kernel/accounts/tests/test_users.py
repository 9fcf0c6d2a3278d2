"""Accounts as administrators see and change them."""

from __future__ import annotations

import pytest

from bureau.kernel.accounts.audit import AccountEvent
from bureau.kernel.accounts.models import Role, TotpDevice, User
from bureau.kernel.accounts.tests.cast import (
    ME,
    PASSWORD,
    Caller,
    add_person,
    give_second_factor,
    nobody,
    sign_in,
)

USERS = "/api/users/"
NEW = {"username": "nurse", "password": PASSWORD, "password_confirm": PASSWORD, "role": "doctor"}


def one(user: User) -> str:
    return f"{USERS}{user.pk}/"


@pytest.fixture
def chief(admin: User) -> Caller:
    return sign_in("admin")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", USERS),
        ("post", USERS),
        ("get", "{one}"),
        ("put", "{one}"),
        ("patch", "{one}"),
        ("post", "{one}reset-otp/"),
        ("delete", "{one}"),
    ],
)
def test_only_administrators_get_in(
    method: str, path: str, patient: User, doctor: User, chief: Caller
) -> None:
    address = path.format(one=one(patient))
    body = NEW if path == USERS else {}
    for caller in (nobody(), sign_in("patient"), sign_in("doctor")):
        refused = caller.call(method, address, body)
        assert refused.status_code == 403
    assert chief.call(method, address, body).status_code in {200, 201, 204}


def test_the_list_is_a_page_newest_first(chief: Caller, patient: User) -> None:
    page = chief.get(USERS).json()
    assert (page["count"], page["next"], page["previous"]) == (2, None, None)
    assert [user["username"] for user in page["results"]] == ["patient", "admin"]


def test_long_lists_have_a_hundred_a_page_and_addresses_of_the_next(chief: Caller) -> None:
    User.objects.bulk_create(User(username=f"p{n}") for n in range(150))
    first = chief.get(USERS).json()
    assert (first["count"], len(first["results"])) == (151, 100)
    assert first["next"] == "http://testserver/api/users/?page=2"
    second = chief.get(first["next"]).json()
    assert (len(second["results"]), second["next"]) == (51, None)
    assert second["previous"] == "http://testserver/api/users/?page=1"
    for number in ("3", "0", "-1", "x"):
        missing = chief.get(f"{USERS}?page={number}")
        assert missing.status_code == 404
        assert missing.json()["detail"] == "Invalid page."


def test_an_administrator_makes_accounts_of_any_role(
    chief: Caller, heard: list[AccountEvent]
) -> None:
    made = chief.post(USERS, NEW)
    assert made.status_code == 201
    assert made.json()["id"] == User.objects.get(username="nurse").pk
    assert made.json()["role"] == "doctor"
    assert heard[-1].actor == User.objects.get(username="admin")
    sign_in("nurse")

    refused = chief.post(USERS, {**NEW, "username": "other", "role": "king"})
    assert refused.status_code == 400
    assert list(refused.json()) == ["role"]


def test_one_account_is_read_changed_and_removed(chief: Caller, patient: User) -> None:
    assert chief.get(one(patient)).json()["phone_number"] == "0825550142"
    changed = chief.patch(one(patient), {"department": "Ward 3"})
    assert changed.json()["department"] == "Ward 3"
    assert chief.delete(one(patient)).status_code == 204
    for method in ("get", "patch", "delete"):
        assert chief.call(method, one(patient), {}).status_code == 404


@pytest.mark.parametrize("number", ["0", "999999", str(2**70)])
def test_an_absent_account_is_not_found(number: str, chief: Caller) -> None:
    assert chief.get(f"{USERS}{number}/").status_code == 404


@pytest.mark.parametrize(
    ("change", "event"),
    [
        ({"role": "doctor"}, "account.role_changed"),
        ({"is_active": False}, "account.deactivated"),
    ],
)
def test_a_new_role_or_a_closed_account_ends_its_tokens_at_once(
    change: dict[str, object],
    event: str,
    chief: Caller,
    patient: User,
    heard: list[AccountEvent],
) -> None:
    caller = sign_in("patient")
    assert chief.patch(one(patient), {"first_name": "S."}).status_code == 200
    assert caller.get(ME).status_code == 200
    assert chief.patch(one(patient), change).status_code == 200
    assert caller.get(ME).status_code == 401
    refresh = nobody().post("/api/auth/token/refresh/", {"refresh": caller.refresh})
    assert refresh.status_code == 401
    assert heard[-1].type == event
    assert heard[-1].user == patient


def test_a_closed_account_can_be_opened_again(chief: Caller, patient: User) -> None:
    chief.patch(one(patient), {"is_active": False})
    login = {"username": "patient", "password": PASSWORD}
    assert nobody().post("/api/auth/login/", login).status_code == 401
    chief.patch(one(patient), {"is_active": True})
    sign_in("patient")


def test_administrators_cannot_lock_themselves_out(chief: Caller, admin: User) -> None:
    for change in ({"role": "doctor"}, {"is_active": False}):
        refused = chief.patch(one(admin), change)
        assert refused.status_code == 400
        assert list(refused.json()) == list(change)
    assert chief.delete(one(admin)).status_code == 400
    whole = chief.get(one(admin)).json()
    assert chief.put(one(admin), {**whole, "first_name": "Amara"}).status_code == 200


def test_a_superusers_account_is_for_superusers(chief: Caller) -> None:
    root = User.objects.create_superuser("root", password=PASSWORD)
    assert root.role == Role.ADMIN
    assert chief.get(one(root)).status_code == 200
    for method in ("patch", "delete"):
        assert chief.call(method, one(root), {"email": "e@example.org"}).status_code == 403
    assert chief.post(f"{one(root)}reset-otp/").status_code == 403
    add_person("root2", is_superuser=True)
    assert sign_in("root2").patch(one(root), {"email": "e@example.org"}).status_code == 200


def test_a_lost_authenticator_is_removed(
    chief: Caller, patient: User, heard: list[AccountEvent]
) -> None:
    give_second_factor(patient)
    caller = sign_in("patient")
    assert chief.post(f"{one(patient)}reset-otp/").status_code == 200
    assert caller.get(ME).status_code == 401
    assert not TotpDevice.objects.exists()
    assert heard[-1].type == "account.second_factor_removed"
    assert sign_in("patient").get(ME).status_code == 200


def test_doctors_are_listed_for_anyone_signed_in(doctor: User, patient: User) -> None:
    add_person("retired", Role.DOCTOR, is_active=False)
    assert nobody().get(f"{USERS}doctors/").status_code == 403
    seen = sign_in("patient").get(f"{USERS}doctors/").json()
    assert [person["username"] for person in seen] == ["doctor"]
    assert (seen[0]["phone_number"], seen[0]["email"]) == ("", "")
    to_staff = sign_in("doctor").get(f"{USERS}doctors/").json()
    assert to_staff[0]["phone_number"] == "0825550100"


def test_patients_are_listed_for_those_who_care_for_them(
    doctor: User, patient: User, officer: User, chief: Caller
) -> None:
    path = f"{USERS}patients/"
    for caller in (nobody(), sign_in("patient"), sign_in("officer")):
        assert caller.get(path).status_code == 403
    for caller in (sign_in("doctor"), chief):
        seen = caller.get(path).json()
        assert [person["username"] for person in seen] == ["patient"]
        assert seen[0]["phone_number"] == "0825550142"
