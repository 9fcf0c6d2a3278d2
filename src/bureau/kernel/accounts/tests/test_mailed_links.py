"""What the link of an e-mail opens: a new password, a first one, the proof of an address."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.fixtures import SetEnvironment

from bureau.kernel.accounts.audit import AccountEvent
from bureau.kernel.accounts.letters import Letter
from bureau.kernel.accounts.models import Attempt, MailedLink, Role, User
from bureau.kernel.accounts.tests.cast import ME, PASSWORD, add_person, nobody, sign_in
from bureau.kernel.accounts.throttle import BUDGETS

pytestmark = pytest.mark.django_db
FORGOTTEN = "/api/auth/password/forgotten/"
RESET = "/api/auth/password/reset/"
ACCEPT = "/api/auth/invitation/accept/"
PROOF = "/api/auth/email/proof/"
CONFIRM = "/api/auth/email/confirm/"
EMAIL = "/api/auth/email/"
PROFILE = "/api/auth/profile/"
NEW = "another horse battery staple"


def token_in(letter: Letter) -> str:
    """The token of a letter's link."""
    return str(letter.values["link"]).rstrip("/").rpartition("/")[2]


def test_a_forgotten_password_is_replaced_by_a_mailed_link(
    patient: User, letters: list[Letter], heard: list[AccountEvent]
) -> None:
    before = sign_in("patient")
    assert nobody().post(FORGOTTEN, {"identifier": "PATIENT"}).status_code == 200
    [letter] = letters
    assert (letter.to, letter.template) == ("patient@example.org", "account_reset")
    token = token_in(letter)
    assert token not in str(list(MailedLink.objects.values()))
    assert nobody().post(RESET, {"token": token, "new_password": NEW}).status_code == 200
    assert before.get(ME).status_code == 401
    assert (
        nobody().post("/api/auth/login/", {"username": "patient", "password": PASSWORD}).status_code
        == 401
    )
    sign_in("patient", NEW)
    told = [event.type for event in heard if "reset" in event.type]
    assert told == ["account.reset_requested", "account.password_reset"]


@pytest.mark.security("using the link of an e-mail twice, late, for another purpose, or guessed")
@pytest.mark.parametrize(
    "spoil", ["used", "late", "closed", "moved", "other kind", "newer", "guessed", "long"]
)
def test_a_link_is_good_once_and_briefly_and_for_one_thing(
    patient: User, letters: list[Letter], spoil: str
) -> None:
    nobody().post(FORGOTTEN, {"identifier": "patient"})
    body = {"token": token_in(letters[0]), "new_password": NEW}
    route = RESET
    if spoil == "used":
        assert nobody().post(RESET, body).status_code == 200
    elif spoil == "late":
        MailedLink.objects.update(expires_at="2020-01-01T00:00:00Z")
    elif spoil == "closed":
        User.objects.update(is_active=False)
    elif spoil == "moved":
        User.objects.update(email="elsewhere@example.org")
    elif spoil == "other kind":
        route = ACCEPT
    elif spoil == "newer":
        nobody().post(FORGOTTEN, {"identifier": "patient"})
    elif spoil == "guessed":
        body["token"] = "x" * 43
    else:
        body["token"] *= 10
    refused = nobody().post(route, body)
    assert (refused.status_code, refused.json()["code"]) == (400, "LINK_OVER")


def test_a_weak_password_does_not_spend_the_link(patient: User, letters: list[Letter]) -> None:
    nobody().post(FORGOTTEN, {"identifier": "patient"})
    token = token_in(letters[0])
    weak = nobody().post(RESET, {"token": token, "new_password": "short"})
    assert (weak.status_code, list(weak.json())) == (400, ["new_password"])
    assert nobody().post(RESET, {"token": token, "new_password": NEW}).status_code == 200


@pytest.mark.security("learning from a forgotten password which accounts and addresses exist")
def test_unknown_names_are_answered_alike_with_the_same_work(
    patient: User, letters: list[Letter]
) -> None:
    add_person("unproved", email_proved_at=None)
    add_person("closed", is_active=False)
    seen = []
    for name in ("patient", "stranger", "unproved", "closed", "patient@example.org", "a@b.example"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = nobody().post(
                FORGOTTEN, {"identifier": name}, REMOTE_ADDR=f"10.0.0.{len(seen)}"
            )
        kinds = [one["sql"].split(" ", 1)[0] for one in queries.captured_queries]
        seen.append((answer.status_code, answer.content, kinds.count("INSERT")))
    assert len(set(seen)) == 1
    assert {letter.to for letter in letters if letter.to != "nobody@example.com"} == {
        "patient@example.org"
    }
    assert MailedLink.objects.count() == 2


@pytest.mark.security("filling somebody's mailbox with letters about their account")
def test_letters_are_limited_for_a_name_and_an_address(
    patient: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BUDGETS, Attempt.Kind.MAIL, 2)
    for number in range(2):
        address = f"10.0.0.{number}"
        assert (
            nobody().post(FORGOTTEN, {"identifier": "patient"}, REMOTE_ADDR=address).status_code
            == 200
        )
    assert (
        nobody().post(FORGOTTEN, {"identifier": "patient"}, REMOTE_ADDR="10.0.0.9").status_code
        == 429
    )
    for name in ("a", "b"):
        assert (
            nobody().post(FORGOTTEN, {"identifier": name}, REMOTE_ADDR="10.1.1.1").status_code
            == 200
        )
    assert nobody().post(FORGOTTEN, {"identifier": "c"}, REMOTE_ADDR="10.1.1.1").status_code == 429


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_of_one_link_at_once_one_wins(letters: list[Letter]) -> None:
    add_person("patient")
    nobody().post(FORGOTTEN, {"identifier": "patient"})
    token = token_in(letters[0])

    def use(number: int) -> int:
        try:
            body = {"token": token, "new_password": f"{NEW} {number}"}
            return int(nobody().post(RESET, body).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [200, 400, 400, 400]


def test_the_public_address_stands_in_links_where_one_is_set(
    patient: User, letters: list[Letter], environment: SetEnvironment
) -> None:
    nobody().post(FORGOTTEN, {"identifier": "patient"})
    environment(notify_public_url="https://bureau.example.org/")
    nobody().post(FORGOTTEN, {"identifier": "patient"})
    first, second = (str(letter.values["link"]) for letter in letters)
    assert first.startswith("http://testserver/password/reset/")
    assert second.startswith("https://bureau.example.org/password/reset/")


def test_an_invited_person_chooses_the_first_password(
    admin: User, letters: list[Letter], heard: list[AccountEvent]
) -> None:
    boss = sign_in("admin")
    wish = {"username": "thandi", "email": "thandi@example.org", "role": "doctor"}
    made = boss.post("/api/users/invitations/", wish)
    assert (made.status_code, made.json()["role"]) == (201, "doctor")
    assert boss.post(f"/api/users/{made.json()['id']}/invitation/").status_code == 200
    first, second = (token_in(letter) for letter in letters)
    assert nobody().post(ACCEPT, {"token": first, "new_password": NEW}).status_code == 400
    assert nobody().post(ACCEPT, {"token": second, "new_password": NEW}).status_code == 200
    assert sign_in("thandi", NEW).get(EMAIL).json() == {
        "email": "thandi@example.org",
        "verified": True,
    }
    assert boss.post(f"/api/users/{made.json()['id']}/invitation/").status_code == 409
    told = [event.type for event in heard if event.user and event.user.username == "thandi"]
    assert told[:3] == ["account.registered", "account.invited", "account.invited"]
    assert "account.invitation_accepted" in told


@pytest.mark.parametrize(
    ("change", "field"),
    [({"email": ""}, "email"), ({"username": ""}, "username"), ({"role": "king"}, "role")],
)
def test_an_invitation_that_is_not_in_order_makes_nothing(
    admin: User, letters: list[Letter], change: dict[str, Any], field: str
) -> None:
    wish = {"username": "thandi", "email": "thandi@example.org", **change}
    refused = sign_in("admin").post("/api/users/invitations/", wish)
    assert (refused.status_code, list(refused.json())) == (400, [field])
    assert (letters, User.objects.count()) == ([], 1)


def test_a_temporary_password_opens_nothing_but_the_way_to_another(
    admin: User, doctor: User, heard: list[AccountEvent]
) -> None:
    before = sign_in("doctor")
    given = sign_in("admin").post(f"/api/users/{doctor.pk}/temporary-password/")
    temporary = given.json()["password"]
    assert before.get(ME).status_code == 401
    caller = sign_in("doctor", temporary)
    for path in ("/api/users/patients/", "/api/auth/websocket-ticket/"):
        refused = caller.get(path)
        assert (refused.status_code, refused.json()["code"]) == (403, "PASSWORD_CHANGE_REQUIRED")
    assert caller.get(ME).status_code == 200
    same = {"old_password": temporary, "new_password": temporary}
    assert caller.post("/api/auth/change-password/", same).status_code == 400
    body = {"old_password": temporary, "new_password": NEW}
    assert caller.post("/api/auth/change-password/", body).status_code == 200
    assert caller.get("/api/users/patients/").status_code == 200
    assert "account.temporary_password_set" in [event.type for event in heard]


def test_a_sign_in_says_that_a_temporary_password_must_be_changed(
    admin: User, doctor: User
) -> None:
    boss = sign_in("admin")
    chosen = {"password": "reception desk 14 june"}
    assert boss.post(f"/api/users/{doctor.pk}/temporary-password/", chosen).status_code == 200
    weak = boss.post(f"/api/users/{doctor.pk}/temporary-password/", {"password": "short"})
    assert weak.status_code == 400
    body = {"username": "doctor", **chosen}
    assert nobody().post("/api/auth/login/", body).json()["requires_password_change"] is True
    assert boss.post(f"/api/users/{admin.pk}/temporary-password/").status_code == 409
    User.objects.filter(pk=doctor.pk).update(is_superuser=True)
    assert boss.post(f"/api/users/{doctor.pk}/temporary-password/").status_code == 403


@pytest.mark.security("moving an account to another e-mail address with a stolen sign-in")
def test_another_address_takes_the_password_and_must_be_proved(
    patient: User, letters: list[Letter], heard: list[AccountEvent]
) -> None:
    caller = sign_in("patient")
    wish = {"email": "new@example.org"}
    missing = caller.patch(PROFILE, wish)
    assert (missing.status_code, missing.json()["code"]) == (400, "PASSWORD_REQUIRED")
    assert caller.patch(PROFILE, {**wish, "password": "wrong"}).status_code == 400
    assert caller.patch(PROFILE, {"email": patient.email, "first_name": "Si"}).status_code == 200
    moved = caller.patch(PROFILE, {**wish, "password": PASSWORD})
    assert (moved.status_code, moved.json()["email"]) == (200, "new@example.org")
    assert [(letter.to, letter.template) for letter in letters] == [
        ("patient@example.org", "account_address_changed"),
        ("new@example.org", "account_proof"),
    ]
    assert caller.get(EMAIL).json()["verified"] is False
    assert nobody().post(CONFIRM, {"token": token_in(letters[1])}).status_code == 200
    assert caller.get(EMAIL).json() == {"email": "new@example.org", "verified": True}
    assert "account.email_proved" in [event.type for event in heard]


def test_the_proof_of_an_address_can_be_asked_for(letters: list[Letter]) -> None:
    add_person("patient", Role.PATIENT, email_proved_at=None)
    caller = sign_in("patient")
    assert caller.post(PROOF).status_code == 200
    assert nobody().post(CONFIRM, {"token": token_in(letters[0])}).status_code == 200
    assert caller.post(PROOF).status_code == 409
    User.objects.update(email="", email_proved_at=None)
    assert caller.post(PROOF).status_code == 400


def test_links_die_with_time(patient: User, letters: list[Letter]) -> None:
    nobody().post(FORGOTTEN, {"identifier": "patient"})
    old = MailedLink.objects.get()
    MailedLink.objects.update(expires_at=old.expires_at - timedelta(days=40))
    nobody().post(FORGOTTEN, {"identifier": "patient"})
    assert not MailedLink.objects.filter(pk=old.pk).exists()
