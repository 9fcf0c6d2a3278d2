from __future__ import annotations

import base64
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from bureau.kernel.accounts.models import TotpDevice, User
from bureau.kernel.events.log import read_stream
from bureau.kernel.vault import keyring
from bureau.kernel.vault.fields import EncryptedTextField
from bureau.kernel.vault.keyring import SealedValueUnreadable, digest, ring
from bureau.kernel.vault.services import rotation
from bureau.kernel.vault.services.rotation import rotate_keys
from bureau.kernel.vault.tests.conftest import UseRing

pytestmark = pytest.mark.django_db


def line(version: int) -> str:
    return f"v{version}:{base64.b64encode(os.urandom(32)).decode()}\n"


@pytest.fixture
def ring_file(use_ring: UseRing) -> Path:
    use_ring(line(1))
    return Path(settings.ENV.bureau_field_keys_file)


@pytest.fixture
def people(ring_file: Path) -> list[User]:
    people = [User(username=f"p{n}", phone_number=f"98{n}", patient_id=f"P{n}") for n in range(7)]
    people = User.objects.bulk_create(people)
    TotpDevice.objects.create(user=people[0], secret="base32")
    return people


def prefixes() -> set[str]:
    query = "SELECT left(phone_number, 3) FROM accounts_user UNION SELECT left(secret, 3) FROM accounts_totpdevice"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}


def test_everything_is_sealed_anew_and_the_old_key_can_go(
    people: list[User], ring_file: Path
) -> None:
    fingerprint = digest("kept", "test")
    out = StringIO()
    call_command("rotate_keys", "--new-key", "--batch", "3", stdout=out)
    assert "v2" in out.getvalue()
    assert prefixes() == {"r2:"}
    [event] = read_stream("vault")
    assert (event.type, event.payload["left"]) == ("vault.keys_rotated", 0)

    lines = ring_file.read_text().splitlines()
    ring_file.write_text("\n".join(one for one in lines if not one.startswith("v1:")))
    keyring.forget_ring()
    assert sorted(ring().keys) == [2]
    opened = {one.phone_number: one.patient_id for one in User.objects.all()}
    assert opened == {f"98{n}": f"P{n}" for n in range(7)}
    assert TotpDevice.objects.get().secret == "base32"
    assert digest("kept", "test") == fingerprint


def test_a_second_run_finds_nothing_to_do(people: list[User], ring_file: Path) -> None:
    keyring.add_key(ring_file)
    # blank medical licences are no fields to seal, but stand in the same rows
    assert rotate_keys().fields == 7 * 3 + 1
    assert rotate_keys().fields == 0


def test_an_interrupted_run_goes_on_where_it_stopped(people: list[User], ring_file: Path) -> None:
    keyring.add_key(ring_file)

    def stop(table: str, changed: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_keys(batch=4, report=stop)
    assert prefixes() == {"r1:", "r2:"}
    assert {one.phone_number for one in User.objects.all()} == {f"98{n}" for n in range(7)}
    rotate_keys()
    assert prefixes() == {"r2:"}


def test_a_value_that_changed_meanwhile_is_not_overwritten(
    people: list[User], ring_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.add_key(ring_file)
    store = rotation._store
    changed = []

    def change_first(table: Any, rows: Any) -> int:
        if not changed:
            changed.append(True)
            person = User.objects.get(username="p3")
            person.phone_number = "newer"
            person.save()
        return store(table, rows)

    monkeypatch.setattr(rotation, "_store", change_first)
    assert rotate_keys().left == 0
    assert User.objects.get(username="p3").phone_number == "newer"
    assert prefixes() == {"r2:"}


def test_what_still_has_an_older_key_at_the_end_is_told(
    people: list[User], ring_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.add_key(ring_file)
    monkeypatch.setattr(rotation, "_store", lambda table, rows: 0)
    with pytest.raises(CommandError, match="Run it again"):
        call_command("rotate_keys", stdout=StringIO())


def test_a_process_learns_a_new_key_from_the_file_while_it_serves(
    people: list[User], ring_file: Path
) -> None:
    mine = ring()
    newer = keyring.parse_ring(ring_file.read_text() + line(2))
    ring_file.write_text(ring_file.read_text() + f"v2:{base64.b64encode(newer.keys[2]).decode()}\n")
    field = User._meta.get_field("phone_number")
    assert isinstance(field, EncryptedTextField)
    person = User.objects.get(username="p3")
    sealed = newer.seal("moved on", field._context(person.seal_key))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET phone_number = %s WHERE username = 'p3'", [sealed])
    assert ring() is mine  # it was looked at a moment ago, and knows no v2
    assert User.objects.get(username="p3").phone_number == "moved on"
    assert ring().current == 2


def test_a_file_that_is_broken_meanwhile_does_not_stop_the_house(
    people: list[User], ring_file: Path
) -> None:
    ring_file.write_text("not a ring")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET phone_number = 'r9:AAAA' WHERE username = 'p3'")
    with pytest.raises(SealedValueUnreadable):
        _ = User.objects.get(username="p3").phone_number
    assert User.objects.get(username="p4").phone_number == "984"
