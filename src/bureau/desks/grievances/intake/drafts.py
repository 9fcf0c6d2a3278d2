"""Drafts: a case that somebody is filling in, with its names from the first moment on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.db import transaction

from bureau.desks.grievances import sealing
from bureau.desks.grievances.cases.complainants import fill_in, make_complainant
from bureau.desks.grievances.ids import SOURCES, short_of
from bureau.desks.grievances.models import Complainant, Grievance
from bureau.desks.grievances.numbering import named
from bureau.desks.grievances.routing.places import (
    district_with,
    place_code,
    province_of,
    province_with,
    ward_number,
)
from bureau.kernel.errors import InvalidInput
from bureau.kernel.prepared import insert

LANGUAGES = ("en", "ne")
MAX_DESCRIPTION = 20_000
MAX_LOCATION = 500
_CURRENCY = r"n?rs\.?|npr\.?|inr|रु\.?|रू\.?|रुपैयाँ|रुपैया|rupees?"
_AMOUNT = re.compile(
    rf"(?:(?:{_CURRENCY})\s*)?(\d[\d,]*(?:\.\d+)?)\s*(?:(?:{_CURRENCY}|/?[-=]|only|मात्र)\s*)*"
)
_ABOUT_CASE = ("municipality", "village")


@transaction.atomic(savepoint=False)
def start_draft(
    *,
    source: str = "web",
    province: str = "",
    district: str = "",
    language: str = "ne",
    session_id: str = "",
    complainant: Complainant | None = None,
    grievance_id: str | None = None,
) -> Grievance:
    """An empty case and an unknown complainant.

    Args:
        province, district: codes or names; empty means the installation's own, and a district
            alone brings its province.
        grievance_id: a name that came with data from elsewhere; None makes one.

    Raises:
        InvalidInput: an unknown source, or a code that is none.
    """
    if source not in SOURCES:
        raise InvalidInput(fields={"source": [f"One of {', '.join(SOURCES)}."]})
    province, district = _province_and_district(province, district)
    language = language if language in LANGUAGES else "ne"
    person = complainant or make_complainant(source, province, district, language=language)

    def build(name: str) -> Grievance:
        return Grievance(
            grievance_id=name,
            short_id=short_of(name),
            complainant=person,
            source=source,
            session_id=session_id[:100],
            language=language,
            province=province,
            district=district,
        )

    if grievance_id:
        return insert(build(grievance_id))
    return named("GR", source, province, district, build)


def apply_to_draft(case: Grievance, values: Mapping[str, Any]) -> None:
    """Set on the objects what a form or bot sent, by its names on the wire; nothing is saved.

    Raises:
        InvalidInput: a value that cannot be used, by field.
    """
    _apply_text(case, values)
    _apply_place(case, values)
    if "grievance_claimed_amount" in values:
        case.claimed_amount = _amount(values["grievance_claimed_amount"])
    if "language_code" in values and str(values["language_code"]) in LANGUAGES:
        case.language = str(values["language_code"])
    prefix = "complainant_"
    said = {
        name.removeprefix(prefix): value
        for name, value in values.items()
        if name.startswith(prefix)
    }
    said.pop("id", None)
    fill_in(case.complainant, said)


def _apply_text(case: Grievance, values: Mapping[str, Any]) -> None:
    limits = {"grievance_description": MAX_DESCRIPTION, "grievance_location": MAX_LOCATION}
    for name, limit in limits.items():
        if name in values:
            text = sealing.plain(str(values[name] or ""))
            if len(text) > limit:
                raise InvalidInput(fields={name: [f"At most {limit} characters."]})
            setattr(case, name.removeprefix("grievance_"), text)


def _apply_place(case: Grievance, values: Mapping[str, Any]) -> None:
    """The place of the complaint: its own fields, else where the complainant lives."""
    named = [
        sealing.plain(str(values.get(name) or values.get(f"complainant_{name}") or ""))
        for name in ("province", "district")
    ]
    if any(named):
        case.province, case.district = _province_and_district(*named)
    for field in _ABOUT_CASE:
        given = values.get(field) or values.get(f"complainant_{field}")
        if given:
            setattr(case, field, sealing.plain(str(given))[:100])
    ward = values.get("ward") or values.get("complainant_ward")
    if ward:
        case.ward = ward_number(ward)


def _province_and_district(province: str, district: str) -> tuple[str, str]:
    """The codes of a place; a province alone is the whole of it, unless the own district lies there.

    Raises:
        InvalidInput: a name that fits nothing, or a district of another province.
    """
    own = settings.ENV
    if not province and not district:
        province, district = own.grievances_province, own.grievances_district
    if not district:
        code = place_code(province, "province")
        home = place_code(own.grievances_district, "district")
        return code, home if province_of(home) == code else ""
    code = place_code(district, "district")
    lies_in = province_of(code)
    if province and place_code(province, "province") != lies_in:
        names = [place.name_en for place in (district_with(code), province_with(lies_in)) if place]
        sentence = f"The district {names[0]} lies in the province {names[-1]}."
        raise InvalidInput(sentence, fields={"province": [sentence]})
    return lies_in, code


def _amount(value: Any) -> Decimal | None:
    text = sealing.plain(None if value is None else str(value))
    if not text:
        return None
    # "Rs. 1,25,000/-" and "रु २५,०००" are how people write it
    told = _AMOUNT.fullmatch(text.translate(sealing.DIGITS).casefold())
    try:
        amount = Decimal(told[1].replace(",", "") if told else text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not (amount.is_finite() and 0 <= amount < Decimal(10) ** 12):
        raise InvalidInput(fields={"grievance_claimed_amount": ["Not an amount of money."]})
    return amount.quantize(Decimal("0.01"))
