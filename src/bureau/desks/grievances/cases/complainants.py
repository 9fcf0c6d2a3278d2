"""Complainants: making them, finding them by what is sealed, filling in what is blank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from bureau.desks.grievances import sealing
from bureau.desks.grievances.models import PERSONAL, Complainant
from bureau.desks.grievances.numbering import named
from bureau.desks.grievances.routing.places import place_code, ward_number
from bureau.kernel.errors import InvalidInput
from bureau.kernel.prepared import insert

PLACE = ("province", "district", "municipality", "ward", "village")
FIELDS = (*PERSONAL, *PLACE)
_LONGEST = {"full_name": 200, "phone": 40, "email": 254, "address": 500}
_LONGEST |= {"province": 100, "district": 100, "municipality": 100, "village": 100}


def make_complainant(
    source: str, province: str, district: str, *, language: str = "ne", name: str | None = None
) -> Complainant:
    """A complainant about whom nothing is known yet."""

    def build(complainant_id: str) -> Complainant:
        return Complainant(
            complainant_id=complainant_id, province=province, district=district, language=language
        )

    return insert(build(name)) if name else named("CM", source, province, district, build)


def fill_in(person: Complainant, values: Mapping[str, Any]) -> list[str]:
    """Set fields on the object; returns the names of those that changed.

    Raises:
        InvalidInput: a phone number or an e-mail address that is none.
    """
    changed = []
    for field in FIELDS:
        if field not in values:
            continue
        value = _clean(field, values[field])
        if value != getattr(person, field):
            setattr(person, field, value)
            changed.append(field)
    return changed


def _clean(field: str, value: Any) -> Any:
    if field == "ward":
        return ward_number(value)
    text = sealing.plain(None if value is None else str(value))
    if field in ("province", "district") and text:
        return place_code(text, field)
    limit = _LONGEST[field]
    if len(text) > limit:
        raise InvalidInput(fields={f"complainant_{field}": [f"At most {limit} characters."]})
    if field == "phone" and text:
        return _must_be(sealing.phone_number(text), field, "This is not a phone number.")
    if field == "email" and text:
        return _must_be(sealing.mail_address(text), field, "This is not an e-mail address.")
    return text


def _must_be(value: str, field: str, sentence: str) -> str:
    if not value:
        raise InvalidInput(sentence, fields={f"complainant_{field}": [sentence]})
    return value


def make_anonymous(person: Complainant) -> None:
    """Forget on the object whatever names the person."""
    for field in PERSONAL:
        setattr(person, field, "")
    person.village = ""
    person.is_anonymous = True


def by_phone(text: str) -> QuerySet[Complainant]:
    """Everybody with this number, in whatever spelling."""
    return _known().filter(phone_index=text)


def by_email(text: str) -> QuerySet[Complainant]:
    """Everybody with this e-mail address."""
    return _known().filter(email_index=text)


def by_name(text: str) -> QuerySet[Complainant]:
    """Everybody with exactly this full name."""
    return _known().filter(full_name_index=text)


def _known() -> QuerySet[Complainant]:
    return Complainant.objects.filter(erased_at=None).order_by("id")
