"""Loading offices and categories from files that are checked in full first."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from bureau.desks.grievances.classification.catalogue import Kind
from bureau.desks.grievances.models import Category, Office, OfficeArea, OfficeMember
from bureau.desks.grievances.routing.places import place_code, ward_number
from bureau.desks.grievances.sealing import mail_address, phone_number
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.errors import InvalidInput

COLUMNS = (
    "code",
    "name",
    "name_ne",
    "address",
    "contact_name",
    "contact_email",
    "contact_phone",
    "province",
    "district",
    "municipality",
    "ward",
)


def load_categories(found: tuple[Kind, ...]) -> int:
    """Put these categories in the place of all others; returns how many."""
    with transaction.atomic():
        Category.objects.all().delete()
        Category.objects.bulk_create(
            Category(
                key=kind.key,
                position=place,
                fields={**kind.fields, "high_priority": kind.high_priority},
            )
            for place, kind in enumerate(found)
        )
    return len(found)


def load_offices(path: Path) -> int:
    """Make or change the offices of a file, one line a place; returns how many offices.

    Raises:
        InvalidInput: naming the line of the first mistake; then nothing is changed.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or tuple(rows[0]) != COLUMNS:
        raise InvalidInput(f"The file needs these columns in this order: {', '.join(COLUMNS)}.")
    with transaction.atomic():
        codes = {row["code"].strip() for row in rows}
        OfficeArea.objects.filter(office__code__in=codes).delete()
        for number, row in enumerate(rows, start=2):
            try:
                _load(row)
            except InvalidInput as problem:
                raise InvalidInput(f"Line {number}: {problem.message} {problem.fields}") from None
    return len(codes)


def _load(row: dict[str, str]) -> None:
    if None in row or None in row.values():
        raise InvalidInput("another number of columns than the first line.")
    said = {name: value.strip() for name, value in row.items()}
    if not (said["code"] and said["name"]):
        raise InvalidInput("code and name are needed.")
    office = Office.objects.filter(code=said["code"]).first() or Office(code=said["code"])
    for name in ("name", "name_ne", "address", "contact_name"):
        setattr(office, name, said[name])
    office.contact_email = _checked(said["contact_email"], mail_address(said["contact_email"]))
    office.contact_phone = _checked(said["contact_phone"], phone_number(said["contact_phone"]))
    office.district = said["district"]
    office.save()
    _add_area(office, said)


def _checked(given: str, found: str) -> str:
    if given and not found:
        raise InvalidInput("a phone number or an e-mail address that is none.")
    return found


def _add_area(office: Office, said: dict[str, str]) -> None:
    place = {
        "province": place_code(said["province"], "province"),
        "district": place_code(said["district"], "district") if said["district"] else "",
        "municipality": said["municipality"][:100],
        "ward": ward_number(said["ward"]),
    }
    if OfficeArea.objects.filter(**place).exists():
        raise InvalidInput("this place has another office already.")
    OfficeArea.objects.create(office=office, **place)


def seat(username: str, code: str, *, handles_sensitive: bool = False) -> OfficeMember:
    """Give an officer a seat in an office, or change what the seat may see.

    Raises:
        InvalidInput: no such officer or office.
    """
    user = User.objects.filter(username=username, role=Role.OFFICER).first()
    office = Office.objects.filter(code=code).first()
    if user is None or office is None:
        raise InvalidInput(f"There is no officer {username}, or no office {code}.")
    member, _ = OfficeMember.objects.update_or_create(
        user=user, office=office, defaults={"handles_sensitive": handles_sensitive}
    )
    return member
