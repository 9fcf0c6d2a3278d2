from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast
from uuid import uuid4

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps

from bureau.kernel.vault.fields import EncryptedTextField
from bureau.kernel.vault.indexes import BlindIndexField

pytestmark = pytest.mark.django_db
PHONE = "9841234567"


@pytest.fixture(scope="module")
def _table(django_db_setup: None, as_superuser: Any) -> Iterator[None]:
    """The application's role makes no tables, not even passing ones."""
    with as_superuser() as server:
        server.execute(
            "CREATE TABLE somebody (id uuid PRIMARY KEY, phone text NOT NULL DEFAULT '',"
            " phone_index bytea, name text NOT NULL DEFAULT '', name_index bytea)"
        )
        server.execute("GRANT ALL ON somebody TO PUBLIC")
    yield
    with as_superuser() as server:
        server.execute("DROP TABLE somebody")


@pytest.fixture
def people(_table: None) -> Iterator[type[Any]]:
    """A model of people, registered for one test."""
    with isolate_apps("bureau.kernel.vault"):

        class Somebody(models.Model):
            id = models.UUIDField(primary_key=True, default=uuid4)
            phone = EncryptedTextField(blank=True, default="")
            phone_index = BlindIndexField(source="phone", normaliser="phone")
            name = EncryptedTextField(blank=True, default="")
            name_index = BlindIndexField(source="name", normaliser="name")

            class Meta:
                app_label = "vault"
                db_table = "somebody"

        yield Somebody


def field(model: type[models.Model], name: str) -> Any:
    return cast(Any, model._meta.get_field(name))


def test_any_spelling_finds_the_person(people: type[Any]) -> None:
    somebody = people.objects.create(phone=PHONE, name="Sita Devi Rai")
    for spelled in ("+977 984-123-4567", "९८४१२३४५६७", "0984 1234567"):
        assert people.objects.get(phone_index=spelled) == somebody
    assert people.objects.get(name_index__in=["nobody", " sita  DEVI rai "]) == somebody
    assert not people.objects.filter(phone_index="9841234568").exists()


def test_blank_finds_nobody_and_is_not_indexed(people: type[Any]) -> None:
    people.objects.create()
    assert people.objects.filter(phone_index__isnull=True).count() == 1
    for nothing in ("", "not a number"):
        assert not people.objects.filter(phone_index=nothing).exists()


def test_the_index_follows_the_value(people: type[Any]) -> None:
    somebody = people.objects.create(phone=PHONE)
    somebody.phone = "9800000001"
    with pytest.raises(FieldError, match="must name phone_index too"):
        somebody.save(update_fields=["phone"])
    somebody.save()
    assert not people.objects.filter(phone_index=PHONE).exists()
    assert people.objects.filter(phone_index="9800000001").exists()


def test_bulk_create_and_copy_fill_it_too(people: type[Any]) -> None:
    people.objects.bulk_create([people(phone=PHONE), people(phone="9800000001")])
    row = uuid4()
    phone, index = field(people, "phone"), field(people, "phone_index")
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY somebody (id, phone, phone_index) FROM STDIN") as copy,
    ):
        copy.write_row([row, phone.seal("9800000002", row), index.digest("9800000002")])
    assert people.objects.get(phone_index="+977 9800000002").phone == "9800000002"
    assert people.objects.get(phone_index=PHONE).phone == PHONE


def test_two_columns_never_share_a_digest(people: type[Any]) -> None:
    phone, name = field(people, "phone_index"), field(people, "name_index")
    assert phone.digest("123") == phone.digest("1-2-3")
    assert phone.digest("123") != name.digest("123")
    assert len(phone.digest("123")) == 32


def test_only_equality_can_be_asked(people: type[Any]) -> None:
    for lookup in ("contains", "startswith", "gt"):
        with pytest.raises(FieldError):
            list(people.objects.filter(**{f"phone_index__{lookup}": PHONE}))


def test_a_wrong_declaration_is_refused_at_start() -> None:
    with isolate_apps("bureau.kernel.vault"):

        class Wrong(models.Model):
            phone = models.TextField()
            first = BlindIndexField(source="absent", normaliser="phone")
            second = BlindIndexField(source="phone", normaliser="absent")
            third = BlindIndexField(source="phone", normaliser="phone")

            class Meta:
                app_label = "vault"

        found = {name: field(Wrong, name).check() for name in ("first", "second", "third")}
    assert [problem.id for problem in found["first"] + found["second"]] == ["vault.E003"] * 2
    assert found["third"] == []
