from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from tests.fixtures import SetEnvironment

from bureau.environment import Environment
from bureau.kernel.accounts.audit import AccountEvent
from bureau.kernel.accounts.letters import Letter
from bureau.kernel.accounts.models import Attempt, User
from bureau.kernel.accounts.tests.cast import PASSWORD, add_person, nobody, sign_in
from bureau.kernel.accounts.throttle import BUDGETS

pytestmark = pytest.mark.django_db
REGISTER = "/api/auth/register/"
GOOD = {
    "username": "newcomer",
    "email": "newcomer@example.org",
    "password": PASSWORD,
    "password_confirm": PASSWORD,
    "first_name": "New",
    "last_name": "Comer",
    "preferred_language": "zu",
    "phone_number": "0825550199",
}


def test_a_person_registers_as_a_patient_and_can_sign_in(heard: list[AccountEvent]) -> None:
    answer = nobody().post(REGISTER, GOOD)
    assert answer.status_code == 201
    body = answer.json()
    assert body["status"] == "success"
    assert body["message"] == "User registered successfully"
    assert set(body["user"]) == {
        *("id", "username", "email", "first_name", "last_name", "role", "preferred_language"),
        *("phone_number", "medical_license", "patient_id", "department", "is_active"),
        *("is_superuser", "date_joined"),
    }
    assert body["user"]["role"] == "patient"
    assert body["user"]["preferred_language"] == "zu"
    assert body["user"]["phone_number"] == "0825550199"
    told = [event.type for event in heard]
    assert told == ["account.registered", "account.email_proof_sent"]
    sign_in("newcomer")


@pytest.mark.parametrize("role", ["doctor", "admin", "officer", "analyst", "auditor", "king", ""])
def test_no_other_role_is_given_to_who_asks_for_it(role: str) -> None:
    refused = nobody().post(REGISTER, {**GOOD, "role": role})
    assert refused.status_code == 400
    assert list(refused.json()) == ["role"]
    assert not User.objects.exists()
    assert nobody().post(REGISTER, {**GOOD, "role": "patient"}).status_code == 201


def test_rights_that_are_not_fields_of_the_form_are_not_given() -> None:
    wish = {"is_superuser": True, "is_staff": True, "is_active": False, "id": 7}
    user = nobody().post(REGISTER, {**GOOD, **wish}).json()["user"]
    assert not user["is_superuser"]
    assert user["is_active"]
    assert not User.objects.get().is_staff


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"password_confirm": "another"}, {"password": ["Password fields didn't match."]}),
        ({"username": ""}, {"username": ["This field is required."]}),
        ({"password": ""}, {"password": ["This field is required."]}),
        ({"email": "nonsense"}, {"email": ["Enter a valid email address."]}),
    ],
)
def test_a_refusal_is_a_flat_dictionary_of_fields(
    change: dict[str, Any], expected: dict[str, Any]
) -> None:
    refused = nobody().post(REGISTER, {**GOOD, **change})
    assert refused.status_code == 400
    assert refused.json() == expected


@pytest.mark.parametrize("password", ["short", "password123", "2938475610", "newcomer1"])
def test_weak_passwords_are_refused(password: str) -> None:
    refused = nobody().post(REGISTER, {**GOOD, "password": password, "password_confirm": password})
    assert refused.status_code == 400
    assert list(refused.json()) == ["password"]


@pytest.mark.parametrize(
    "change",
    [
        {"username": "with space"},
        {"username": "x" * 151},
        {"username": "nul\x00"},
        {"username": 7},
        {"first_name": "\ud800"},
        {"phone_number": "9" * 21},
        {"preferred_language": "x" * 11},
        {"password": "x" * 1025},
        {"email": None},
    ],
)
def test_values_that_cannot_be_stored_are_refused_and_nothing_breaks(
    change: dict[str, Any],
) -> None:
    assert nobody().post(REGISTER, {**GOOD, **change}).status_code == 400
    assert not User.objects.exists()


def test_one_address_cannot_register_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BUDGETS, Attempt.Kind.REGISTRATION, 2)
    for name in ("one", "two"):
        assert nobody().post(REGISTER, {**GOOD, "username": name}).status_code == 201
    refused = nobody().post(REGISTER, {**GOOD, "username": "three"})
    assert refused.status_code == 429
    elsewhere = nobody().post(REGISTER, {**GOOD, "username": "three"}, REMOTE_ADDR="10.1.1.1")
    assert elsewhere.status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_take_one_name_at_once_one_gets_it() -> None:
    def take(name: str) -> int:
        try:
            return int(nobody().post(REGISTER, {**GOOD, "username": name}).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(take, ["nova", "Nova", "nova", "NOVA"]))
    # nobody is told that the name went to somebody else
    assert answers == [201] * 4
    assert User.objects.count() == 1


@pytest.mark.security("registering on an installation whose registration is closed")
def test_registration_is_closed_unless_an_operator_opens_it(environment: SetEnvironment) -> None:
    assert Environment.model_fields["bureau_registration"].default == "closed"
    environment(bureau_registration="closed")
    refused = nobody().post(REGISTER, GOOD)
    assert refused.status_code == 403
    assert refused.json()["code"] == "REGISTRATION_CLOSED"
    assert not User.objects.exists()


@pytest.mark.security("learning from registration which user names exist")
def test_a_taken_name_is_answered_like_a_free_one(letters: list[Letter]) -> None:
    owner = add_person("taken", first_name="Olga")
    free = nobody().post(REGISTER, {**GOOD, "username": "free"})
    taken = nobody().post(REGISTER, {**GOOD, "username": "TAKEN"})
    assert taken.status_code == free.status_code == 201
    first, second = free.json(), taken.json()
    assert set(first["user"]) == set(second["user"])
    assert second["user"]["id"] > first["user"]["id"]
    same = {"id", "username", "date_joined"}
    assert {k: v for k, v in first["user"].items() if k not in same} == {
        k: v for k, v in second["user"].items() if k not in same
    }
    owner.refresh_from_db()
    assert (owner.first_name, owner.check_password(PASSWORD)) == ("Olga", True)
    assert [letter.template for letter in letters] == ["account_proof", "account_name_taken"]
    assert User.objects.count() == 2


@pytest.mark.security("registering a name that looks like another's, in letters of other scripts")
@pytest.mark.parametrize("name", ["аdmin", "сосо", "admın", "pаypal", "αdmin", "ɑdmin"])
def test_names_that_look_like_others_are_refused(name: str, admin: User) -> None:
    refused = nobody().post(REGISTER, {**GOOD, "username": name})
    assert (refused.status_code, list(refused.json())) == (400, ["username"])
    made = sign_in("admin").post("/api/users/", {**GOOD, "username": name})
    assert (made.status_code, list(made.json())) == (400, ["username"])


@pytest.mark.parametrize("name", ["иван", "josé", "müller", "田中さん", "김철수", "محمد"])
def test_names_of_any_language_are_taken(name: str) -> None:
    assert nobody().post(REGISTER, {**GOOD, "username": name}).status_code == 201
