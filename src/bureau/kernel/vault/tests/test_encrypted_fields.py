from __future__ import annotations

import base64
from typing import cast
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, models, transaction
from django.test.utils import isolate_apps

from bureau.kernel.accounts.models import User
from bureau.kernel.vault.fields import EncryptedTextField, Sealed
from bureau.kernel.vault.keyring import SealedValueUnreadable, ring
from bureau.kernel.vault.upgrade import bind_to_rows

pytestmark = pytest.mark.django_db
PHONE = "+27 82 555 0142"


@pytest.fixture
def person() -> User:
    return User.objects.create_user("reader", phone_number=PHONE, medical_license="MP 0731")


def stored(column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM accounts_user WHERE username = 'reader'")
        [value] = cursor.fetchone()
    return str(value)


def test_the_database_sees_only_sealed_text(person: User) -> None:
    assert stored("phone_number").startswith("r1:")
    assert "555" not in stored("phone_number")
    person.refresh_from_db()
    assert person.phone_number == PHONE


def test_blank_stays_blank(person: User) -> None:
    assert stored("patient_id") == ""
    person.refresh_from_db()
    assert person.patient_id == ""


def test_a_list_of_values_stays_sealed_until_its_row_is_named(person: User) -> None:
    [(sealed, row)] = User.objects.values_list("phone_number", "seal_key")
    assert isinstance(sealed, Sealed)
    assert "555" not in f"{sealed!r} {sealed}"
    field = cast(EncryptedTextField, User._meta.get_field("phone_number"))
    assert field.open(sealed, row) == PHONE
    with pytest.raises(SealedValueUnreadable):
        field.open(sealed, uuid4())


def test_a_deferred_value_opens_when_it_is_asked_for(person: User) -> None:
    assert User.objects.only("username").get().phone_number == PHONE
    assert User.objects.only("phone_number").get().phone_number == PHONE


def test_bulk_create_seals_every_row_to_itself() -> None:
    people = [User(username=f"p{n}", phone_number=f"98{n}") for n in range(3)]
    User.objects.bulk_create(people)
    assert [one.phone_number for one in User.objects.order_by("username")] == ["980", "981", "982"]


def test_an_update_that_does_not_know_the_row_is_refused(person: User) -> None:
    with pytest.raises(FieldError, match="bound to its row"), transaction.atomic():
        User.objects.update(phone_number="1")
    with pytest.raises(FieldError, match="bound to its row"), transaction.atomic():
        User.objects.bulk_update([person], ["phone_number"])
    person.refresh_from_db()
    assert person.phone_number == PHONE

    User.objects.update(phone_number="")
    person.refresh_from_db()
    assert person.phone_number == ""


def test_a_value_moved_to_another_column_does_not_open(person: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET patient_id = phone_number")
    person.refresh_from_db(fields=["phone_number"])
    assert person.phone_number == PHONE
    with pytest.raises(SealedValueUnreadable, match=r"accounts_user\.patient_id"):
        person.refresh_from_db()


def test_a_value_moved_to_another_row_does_not_open(person: User) -> None:
    other = User.objects.create_user("other", phone_number="1")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_user SET phone_number = (SELECT phone_number FROM accounts_user"
            " WHERE username = 'reader') WHERE username = 'other'"
        )
    moved = User.objects.get(pk=other.pk)
    assert moved.username == "other"
    with pytest.raises(SealedValueUnreadable, match=r"accounts_user\.phone_number"):
        _ = moved.phone_number


def test_what_the_first_release_stored_is_bound_to_rows_by_its_migration(person: User) -> None:
    nonce = b"n" * 12
    known = ring()
    key = known.keys[known.current]
    raw = nonce + AESGCM(key).encrypt(nonce, b"kept", b"accounts_user.phone_number")
    old = f"v{known.current}:{base64.b64encode(raw).decode()}"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET phone_number = %s", [old])
    with pytest.raises(SealedValueUnreadable):
        person.refresh_from_db()

    columns = ["phone_number", "medical_license", "patient_id"]
    assert bind_to_rows(connection, "accounts_user", "seal_key", columns) == 1
    assert User.objects.get().phone_number == "kept"
    assert bind_to_rows(connection, "accounts_user", "seal_key", columns) == 0


def test_plain_text_slipped_into_the_column_does_not_open(person: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET phone_number = '555'")
    with pytest.raises(SealedValueUnreadable):
        person.refresh_from_db()


def test_searching_is_refused_instead_of_finding_nothing(person: User) -> None:
    with pytest.raises(FieldError, match="encrypted and cannot be searched"):
        User.objects.filter(phone_number=PHONE)
    assert User.objects.filter(phone_number__isnull=False).count() == 1


def test_the_length_limit_counts_plain_characters(person: User) -> None:
    person.phone_number = "9" * 21
    with pytest.raises(ValidationError) as refusal:
        person.clean_fields()
    assert "phone_number" in refusal.value.message_dict
    person.phone_number = "9" * 20
    person.clean_fields()


@isolate_apps("bureau.kernel.vault")
def test_a_key_that_the_database_hands_out_is_refused_at_start() -> None:
    class Numbered(models.Model):
        secret = EncryptedTextField()

        class Meta:
            app_label = "vault"

    class Named(models.Model):
        key = models.UUIDField(default=uuid4)
        secret = EncryptedTextField(row="key")

        class Meta:
            app_label = "vault"

    [problem] = Numbered._meta.get_field("secret").check()
    assert problem.id == "vault.E002"
    assert Named._meta.get_field("secret").check() == []
