from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bureau.kernel.accounts.models import User
from bureau.kernel.accounts.tests.cast import add_person, give_second_factor
from bureau.kernel.events.log import read_stream
from bureau.kernel.vault import shredders
from bureau.kernel.vault.services.persons import erase_person, mark_of
from bureau.kernel.vault.shredders import Person, register_shredder

pytestmark = pytest.mark.django_db


@pytest.fixture
def sipho() -> User:
    person = add_person("sipho", first_name="Sipho", phone_number="0825550142")
    give_second_factor(person)
    return person


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(shredders, "_shredders", dict(shredders._shredders))
    return


def run(command: str, *words: str) -> str:
    out = StringIO()
    call_command(command, *words, stdout=out)
    return out.getvalue()


def test_an_export_holds_what_the_account_holds(sipho: User, tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    run("export_person", "--username", "SIPHO", "--output", str(path))
    [record] = json.loads(path.read_text())["accounts"]
    assert (record["first_name"], record["phone_number"]) == ("Sipho", "0825550142")
    assert "password" not in record
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="cannot be made"):
        run("export_person", "--username", "sipho", "--output", str(path))


def test_erasing_leaves_no_trace_of_who_it_was(sipho: User) -> None:
    add_person("other", first_name="Thandi")
    assert "accounts: 1 records found" in run("erase_person", "--email", "sipho@EXAMPLE.org")
    assert User.objects.filter(username="sipho").exists()

    assert "accounts: 1 rows changed" in run(
        "erase_person", "--email", "sipho@EXAMPLE.org", "--yes"
    )
    sipho.refresh_from_db()
    left = json.dumps(User.objects.filter(pk=sipho.pk).values().get(), default=str).lower()
    assert "sipho" not in left
    assert "555" not in sipho.phone_number
    assert not sipho.is_active
    assert not sipho.has_usable_password()
    assert User.objects.get(username="other").first_name == "Thandi"


def test_the_log_says_that_somebody_was_erased_and_not_who(sipho: User) -> None:
    person = Person(username="sipho")
    erase_person(person, "user:1")
    event = read_stream("vault")[-1]
    assert (event.type, event.actor) == ("vault.person_erased", "user:1")
    assert event.subject == mark_of(person)
    assert event.payload["rows"]["accounts"] == 1
    assert "sipho" not in f"{event.subject}{event.payload}"


def test_a_room_that_fails_undoes_all_of_it(sipho: User, registry: None) -> None:
    def fail(_: Person) -> Any:
        raise RuntimeError("disk")

    register_shredder("zz", fail, lambda _: [])
    with pytest.raises(RuntimeError):
        erase_person(Person(username="sipho"))
    assert User.objects.filter(username="sipho", is_active=True).exists()


def test_a_name_is_taken_once(registry: None) -> None:
    with pytest.raises(ValueError, match="already"):
        register_shredder("accounts", lambda _: 0, lambda _: [])


@pytest.mark.parametrize("command", ["erase_person", "export_person"])
def test_somebody_must_be_named(command: str) -> None:
    with pytest.raises(CommandError, match="Say who"):
        run(command)


@pytest.mark.security(
    "claiming another's address, so that erasing or exporting takes their data along"
)
def test_an_address_that_was_never_proved_names_nobody(sipho: User) -> None:
    thief = add_person("thief", email_proved_at=None)
    User.objects.filter(pk=thief.pk).update(email="Sipho@example.org")
    told = run("erase_person", "--email", "sipho@example.org", "--yes")
    assert "Accounts: sipho\n" in told
    assert "never proved the address: thief" in told
    assert "accounts: 1 rows changed" in told
    thief.refresh_from_db()
    assert thief.is_active


def test_several_accounts_with_one_address_are_told_apart_by_name(sipho: User) -> None:
    add_person("sipho2")
    User.objects.update(email="sipho@example.org")
    for command in ("erase_person", "export_person"):
        with pytest.raises(CommandError, match="sipho, sipho2"):
            run(command, "--email", "sipho@example.org")
    told = run("erase_person", "--email", "sipho@example.org", "--username", "sipho2", "--yes")
    assert "accounts: 1 rows changed" in told
    assert User.objects.get(username="sipho").is_active
