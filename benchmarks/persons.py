"""A table of persons as a desk would declare it, and its rival as the usual way makes it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple
from uuid import uuid4

from django.db import models

from benchmarks import django_ready  # noqa: F401  (must come before the models)
from bureau.kernel.vault.fields import EncryptedTextField
from bureau.kernel.vault.indexes import BlindIndexField

RIVAL = """
CREATE EXTENSION IF NOT EXISTS pgcrypto;
DROP TABLE IF EXISTS rival;
CREATE TABLE rival (id bigserial PRIMARY KEY, full_name text, phone text, email text, address text);
"""
# hex text, as the original stores it; the key comes with every statement
RIVAL_INSERT = (
    "INSERT INTO rival (full_name, phone, email, address) VALUES ("
    + ", ".join(["encode(pgp_sym_encrypt(%s, %s), 'hex')"] * 4)
    + ")"
)
# what the original sends for each single field, over a connection of its own
RIVAL_FIELD = "SELECT encode(pgp_sym_encrypt(%s, %s), 'hex')"
RIVAL_ROW = "INSERT INTO rival (full_name, phone, email, address) VALUES (%s, %s, %s, %s)"
RIVAL_LOOKUP = (
    "SELECT id FROM rival WHERE pgp_sym_decrypt(decode(phone, 'hex'), %(key)s) = %(phone)s"
)
RIVAL_AS_DOCUMENTED = "SELECT id FROM rival WHERE phone = encode(pgp_sym_encrypt(%s, %s), 'hex')"
_NAMES = ("Sita", "Ram", "Gita", "Hari", "Maya", "Bishnu", "Laxmi", "Krishna", "Devi", "Kamal")
_FAMILIES = ("Rai", "Thapa", "Shrestha", "Tamang", "Gurung", "Chaudhary", "Limbu", "Yadav")


class BenchPerson(models.Model):
    """Four sealed fields, three of them with a blind index."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    full_name = EncryptedTextField()
    phone = EncryptedTextField()
    email = EncryptedTextField()
    address = EncryptedTextField()
    full_name_index = BlindIndexField(source="full_name", normaliser="name")
    phone_index = BlindIndexField(source="phone", normaliser="phone")
    email_index = BlindIndexField(source="email", normaliser="email")

    class Meta:
        app_label = "vault"
        db_table = "bench_person"


class Facts(NamedTuple):
    """Somebody invented."""

    full_name: str
    phone: str
    email: str
    address: str


def phone_of(number: int) -> str:
    """A Nepali mobile number; another one for each number below ten million."""
    return f"984{number:07d}"


def people(first: int, count: int) -> Iterator[Facts]:
    """Persons by number: the same number is always the same person."""
    for number in range(first, first + count):
        chance = random.Random(number)
        name = f"{chance.choice(_NAMES)} {chance.choice(_FAMILIES)} {number}"
        yield Facts(
            name,
            phone_of(number),
            f"person{number}@example.org",
            f"Ward {number % 30}, house {number}",
        )
