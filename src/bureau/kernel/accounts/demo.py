"""The demo's cast: a few people who sit at the desks, and the key of a bot."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from bureau.kernel.accounts import audit
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.services.keys import issue_service_key
from bureau.kernel.errors import Conflict

BOT = "bot"
BOT_DESK = "grievances"
_PASSWORD_BYTES = 12


@dataclass(frozen=True)
class Person:
    """One of the cast."""

    username: str
    role: Role
    first_name: str
    last_name: str
    department: str = ""
    preferred_language: str = "en"


CAST = (
    Person("admin", Role.ADMIN, "Amara", "Naidoo", "Administration"),
    Person("auditor", Role.AUDITOR, "Anton", "Berger", "Internal audit"),
    Person("doctor", Role.DOCTOR, "Thandi", "Mokoena", "Internal medicine"),
    Person("doctor2", Role.DOCTOR, "David", "Okafor", "Radiology"),
    Person("patient", Role.PATIENT, "Sipho", "Dlamini", preferred_language="zu"),
    Person("patient2", Role.PATIENT, "Maria", "Santos", preferred_language="es"),
    Person("officer", Role.OFFICER, "Sita", "Gurung", "Office A", "ne"),
    Person("officer2", Role.OFFICER, "Bikash", "Tamang", "Office B", "ne"),
    Person("analyst", Role.ANALYST, "Lena", "Hoffmann", "Research"),
    Person("analyst2", Role.ANALYST, "Kofi", "Mensah", "Research"),
)


@transaction.atomic
def seed_cast(base_url: str) -> dict[str, Any] | None:
    """Make the cast, once.

    Args:
        base_url: where the installation answers; returned with the rest for the operator's file.

    Returns:
        `{"base_url", "users": {name: {"role", "password"}}, "api_keys": {"bot": key}}`, or None
        when the cast is there already: passwords are stored as hashes and never made anew.

    Raises:
        Conflict: an account of another origin has one of the names.
    """
    names = [person.username for person in CAST]
    present = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    if present == set(names):
        return None
    if present:
        taken = ", ".join(sorted(present))
        raise Conflict(f"The demo cannot be seeded: these user names are taken: {taken}.")
    users = {person.username: _add(person) for person in CAST}
    return {
        "base_url": base_url,
        "users": users,
        "api_keys": {BOT: issue_service_key(BOT, BOT_DESK)},
    }


def _add(person: Person) -> dict[str, str]:
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    user = User.objects.create_user(
        person.username,
        f"{person.username}@bureau.example",
        password,
        role=person.role,
        first_name=person.first_name,
        last_name=person.last_name,
        department=person.department,
        preferred_language=person.preferred_language,
    )
    audit.record("account.registered", user, None, role=user.role)
    return {"role": str(person.role), "password": password}
