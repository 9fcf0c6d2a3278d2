"""People who do not exist, and every way in which a place could have written one of them down."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

_FIRST = ("Kamala", "Bishnu", "Gopal", "Sarita", "Dhan", "Maya", "Hari", "Laxmi", "सीता", "राम")
_LAST = ("Limbu", "Rajbanshi", "Karki", "Shrestha", "Dhimal", "Satar", "थापा", "गुरुङ")
_DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")


@dataclass(frozen=True, slots=True)
class Invented:
    """A person; `spelled` is the telephone number as they write it themselves."""

    full_name: str
    phone: str
    spelled: str
    email: str
    address: str

    @property
    def national(self) -> str:
        """The number without its country: part of every spelling in plain digits."""
        return self.phone.removeprefix("+977")

    @property
    def spellings(self) -> tuple[str, ...]:
        """Ways to write the number, by any of which it must be found again."""
        digits = self.national
        return self.phone, f"00977{digits}", digits.translate(_DEVANAGARI), _dashed(digits)

    @property
    def marks(self) -> tuple[str, ...]:
        """What must be found nowhere."""
        name, mail = self.full_name, self.email
        return name, name.casefold(), self.national, *self.spellings[2:], mail, self.address

    def complaint(self) -> dict[str, str]:
        """A complaint in which the person also names themselves."""
        said = f"Dust every day. I am {self.full_name}, call me on {self.phone} or {self.email}."
        return {
            "grievance_description": said,
            "grievance_location": f"Opposite {self.address}",
            "complainant_full_name": self.full_name,
            "complainant_phone": self.spelled,
            "complainant_email": self.email,
            "complainant_address": self.address,
            "municipality": "Birtamod",
            "ward": "4",
            "language_code": "en" if self.full_name.isascii() else "ne",
        }


def people(count: int, seed: int = 7) -> list[Invented]:
    """Different people, the same ones each time."""
    dice = random.Random(seed)
    return [_person(number, dice) for number in range(count)]


def _person(number: int, dice: random.Random) -> Invented:
    # a number of its own keeps every mark unmistakable
    tag = f"{number:05d}"
    national = f"984{dice.randrange(100):02d}{tag}"
    spellings = (f"+977{national}", national.translate(_DEVANAGARI), _dashed(national))
    return Invented(
        full_name=f"{dice.choice(_FIRST)} {dice.choice(_LAST)} Q{tag}",
        phone=f"+977{national}",
        spelled=spellings[number % len(spellings)],
        email=f"person.{tag}@leak.example",
        address=f"House {tag} of Tole {dice.randrange(10**6):06d}",
    )


def _dashed(digits: str) -> str:
    return f"{digits[:3]}-{digits[3:]}"


def needles(person: Invented) -> dict[bytes, str]:
    """Every spelling of every mark -> the mark."""
    return {form: mark for mark in person.marks for form in _written(mark)}


def _written(mark: str) -> Iterator[bytes]:
    """A text as it is, and as JSON, addresses of pages, hex, base64 and log files write it."""
    raw = mark.encode()
    yield raw
    yield json.dumps(mark)[1:-1].encode()
    yield from (form(mark).encode() for form in (quote, quote_plus))
    yield from (raw.hex().encode(), raw.hex().upper().encode())
    yield "".join(chr(one) if one < 128 else f"\\x{one:02x}" for one in raw).encode()
    for before in range(3):
        # what three bytes share with a neighbour is left away
        packed = base64.b64encode(b"\0" * before + raw)
        yield packed[-(-8 * before // 6) : len(packed) - 4 if packed.endswith(b"=") else None]
