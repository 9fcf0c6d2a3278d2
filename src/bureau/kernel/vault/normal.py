"""One spelling for values that people spell in many ways, so that equal things index equally. Pure.

None of these checks that a value is right: what cannot be read as a phone number is indexed by its
digits, so that at least the same mistake finds itself again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

_FORMATTING = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def e164(text: str, regions: Sequence[str]) -> str | None:
    """A phone number in international form, `+9779841234567`, or None if it cannot be one.

    Args:
        text: as a person typed it, in any script's digits, with or without country.
        regions: countries tried in this order for numbers without one, such as `["NP", "PH"]`.
    """
    text = _FORMATTING.sub("", unicodedata.normalize("NFKC", text)).strip()
    for region in regions:
        if number := _valid(text, region):
            return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    # `9779841234567`: the country's code without its plus
    if number := _valid(f"+{text}", None):
        return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return None


def phone(text: str, regions: Sequence[str]) -> str:
    """The international form, or else the digits alone; empty when there are none."""
    return e164(text, regions) or phonenumbers.normalize_digits_only(text)


def email(text: str) -> str:
    """An address without regard to case; a domain in its own script becomes its wire form."""
    local, at, domain = unicodedata.normalize("NFKC", text).strip().casefold().rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:  # no domain at all; the mistake is indexed as it stands
            pass
    return f"{local}{at}{domain}"


def name(text: str) -> str:
    """A name without regard to case, punctuation and spaces; vowel signs are kept."""
    spelled = unicodedata.normalize("NFKC", _FORMATTING.sub("", text)).casefold()
    letters = (mark if unicodedata.category(mark)[0] in "LMN" else " " for mark in spelled)
    return " ".join("".join(letters).split())


def _valid(text: str, region: str | None) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _phone_here(text: str) -> str:
    from django.conf import settings

    return phone(text, settings.PHONE_REGIONS)


NORMALISERS: Mapping[str, Callable[[str], str]] = {
    "phone": _phone_here,
    "email": email,
    # either of the two, as messages are sent to
    "contact": lambda text: email(text) if "@" in text else _phone_here(text),
    "name": name,
    "text": lambda text: unicodedata.normalize("NFKC", text).strip(),
}
