"""A person's right to see and to be forgotten, over all rooms."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from bureau.kernel.errors import Conflict, InvalidInput
from bureau.kernel.vault import audit
from bureau.kernel.vault.keyring import digest
from bureau.kernel.vault.normal import NORMALISERS
from bureau.kernel.vault.shredders import Meant, Person, shredders


@transaction.atomic
def erase_person(person: Person, actor: str = "") -> dict[str, int]:
    """Erase a person everywhere, or nowhere if a room fails.

    Returns:
        Name of the room -> rows it changed.

    Raises:
        InvalidInput: nothing was said about the person.
        Conflict: several accounts fit; a user name says which is meant.
    """
    _must_name_somebody(person)
    _must_name_one(person)
    counts = {one.name: one.erase(person) for one in shredders()}
    audit.record("vault.person_erased", mark_of(person), actor, rows=counts)
    return counts


@transaction.atomic
def export_person(person: Person, actor: str = "") -> dict[str, list[dict[str, Any]]]:
    """Everything the rooms hold about a person: name of the room -> records, JSON-ready.

    Raises:
        InvalidInput: nothing was said about the person.
        Conflict: several accounts fit; a user name says which is meant.
    """
    _must_name_somebody(person)
    _must_name_one(person)
    found = {one.name: one.export(person) for one in shredders()}
    counts = {name: len(records) for name, records in found.items()}
    audit.record("vault.person_exported", mark_of(person), actor, records=counts)
    return found


def meant_by(person: Person) -> Meant:
    """The accounts that are meant, and those that only state the address."""
    found = [one.identify(person) for one in shredders() if one.identify is not None]
    return Meant(
        names=tuple(name for one in found for name in one.names),
        unproved=tuple(name for one in found for name in one.unproved),
    )


def mark_of(person: Person) -> str:
    """A keyed digest of who is meant: proves later which request an event belongs to."""
    phone = NORMALISERS["phone"](person.phone)
    email = NORMALISERS["email"](person.email) if person.email else ""
    known = "\x1f".join([person.username.casefold(), phone, email, person.reference])
    return f"person:{digest(known, 'vault.person')[:32]}"


def _must_name_somebody(person: Person) -> None:
    if not person:
        raise InvalidInput("Say who: a username, a phone number, an e-mail address or a reference.")


def _must_name_one(person: Person) -> None:
    names = meant_by(person).names
    if len(names) > 1:
        raise Conflict(
            f"Several accounts fit: {', '.join(names)}. Say with --username which one is meant."
        )
