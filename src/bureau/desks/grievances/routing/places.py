"""Nepal's provinces, districts and municipalities in English and Nepali, from `data/places.csv`.

Codes are this house's own: two letters for provinces and districts, as in the names of cases, and a
number within the district for municipalities. Names and kinds are those of the local levels since
2017, compiled from public lists; the CSV may be corrected without a change of code.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process, utils

from bureau.desks.grievances import sealing
from bureau.kernel.errors import InvalidInput

DATA = Path(__file__).parents[1] / "data" / "places.csv"
PROVINCE, DISTRICT = "province", "district"
MUNICIPAL = (
    "metropolitan_city",
    "sub_metropolitan_city",
    "municipality",
    "rural_municipality",
)
# as near as a name must come, of 100, to be taken for a place
LEAST_LIKENESS = 75
_PLACE_CODE = re.compile(r"[A-Z0-9]{2,12}")


@dataclass(frozen=True, slots=True)
class Place:
    """A place; `parent` is the code of the district or province it lies in."""

    kind: str
    code: str
    parent: str
    name_en: str
    name_ne: str

    @property
    def is_municipal(self) -> bool:
        """A local level of any of the four kinds."""
        return self.kind in MUNICIPAL

    def name(self, language: str) -> str:
        """The name in `ne`, else in English."""
        return self.name_ne if language == "ne" else self.name_en


@cache
def places() -> tuple[Place, ...]:
    """All places: provinces, then districts, then municipalities."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple(Place(**row) for row in csv.DictReader(file))


def within(parent: str = "") -> list[Place]:
    """The places that lie directly in a province or district; the provinces for no parent."""
    return [place for place in places() if place.parent == parent]


def place_with(code: str) -> Place | None:
    """The place with this code, in any case."""
    return _by_code().get(code.strip().upper())


def place_named(text: str, *, parent: str = "", municipal: bool = False) -> Place | None:
    """The place that somebody means by a name or a code, in either language; None for no idea.

    Args:
        text: `Jhapa`, `झापा`, `jhapa district`, `JH`.
        parent: code of the province or district it has to lie in.
        municipal: look among municipalities instead of provinces and districts.
    """
    among = [
        place
        for place in places()
        if place.is_municipal == municipal and parent in ("", place.parent)
    ]
    exact = [place for place in among if place.code == text.strip().upper()]
    return exact[0] if exact else _nearest(text, among)


def _nearest(text: str, among: list[Place]) -> Place | None:
    names = {place: place.name_en for place in among}
    if any("\u0900" <= mark <= "\u097f" for mark in text):
        names = {place: place.name_ne for place in among}
    found = process.extractOne(
        text,
        names,
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        score_cutoff=LEAST_LIKENESS,
    )
    return found[2] if found else None


@cache
def _by_code() -> dict[str, Place]:
    return {place.code: place for place in places()}


def place_code(text: str, field: str) -> str:
    """A province's or district's code in upper case.

    Raises:
        InvalidInput: it is none.
    """
    code = text.strip().upper()
    if not _PLACE_CODE.fullmatch(code):
        raise InvalidInput(fields={field: ["A code of 2 to 12 letters and digits, such as KO."]})
    return code


def ward_number(value: Any) -> int | None:
    """A ward's number, in Latin or Devanagari digits; None for nothing.

    Raises:
        InvalidInput: it is no number from 1 to 99.
    """
    text = sealing.plain(None if value is None else str(value))
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= 99:
        raise InvalidInput(fields={"ward": ["A ward is a number from 1 to 99."]})
    return int(text)
