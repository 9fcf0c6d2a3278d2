from __future__ import annotations

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.db import connection

from bureau.kernel.accounts.models import User
from bureau.kernel.vault.keyring import SealedValueUnreadable

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
    assert stored("phone_number").startswith("v1:")
    assert "555" not in stored("phone_number")
    person.refresh_from_db()
    assert person.phone_number == PHONE
    assert User.objects.values_list("phone_number", flat=True).get() == PHONE


def test_blank_stays_blank(person: User) -> None:
    assert stored("patient_id") == ""
    person.refresh_from_db()
    assert person.patient_id == ""


def test_every_way_to_write_seals(person: User) -> None:
    User.objects.update(phone_number="1")
    person.refresh_from_db()
    assert person.phone_number == "1"
    assert stored("phone_number").startswith("v1:")

    person.phone_number = "22"
    User.objects.bulk_update([person], ["phone_number"])
    person.refresh_from_db()
    assert person.phone_number == "22"
    assert stored("phone_number").startswith("v1:")


def test_a_value_copied_to_another_column_does_not_open(person: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET patient_id = phone_number")
    with pytest.raises(SealedValueUnreadable, match=r"accounts_user\.patient_id"):
        person.refresh_from_db()


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
