"""Nepal's provinces, districts and municipalities in English and Nepali, from `data/places.csv`.

Codes are this house's own: two letters for provinces and districts, as in the names of cases, and a
number within the district for municipalities. Names and kinds are those of the local levels since
2017, compiled from public lists; the CSV may be corrected without a change of code.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
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
# a slip of the hand in a name, and no more: who is not sure is asked
_LEAST_SURE, _CLEARLY_BETTER = 85, 5
_SHOWN = 3
# what people add to a name, in the order in which it is taken off
_KINDS_OF_PLACE = re.compile(
    r"\b(sub[- ]?metropolitan|metropolitan|rural|city|municipality|municipal|district|zilla|jilla"
    r"|province|pradesh|nagarpalika|gaunpalika|gaupalika|mahanagarpalika|upamahanagarpalika|no)\b"
    r"|उपमहानगरपालिका|महानगरपालिका|नगरपालिका|गाउँपालिका|गाँउपालिका|गाउपालिका|न\.पा\.?|गा\.पा\.?"
    r"|जिल्ला|प्रदेश"
)
_WARD = re.compile(
    r"(?:(?:ward|wada|woda|w\.|वडा|वार्ड)\s*)?(?:(?:no|number|नं|नम्बर|न)\s*)?[.:#\s-]*(\d{1,3})"
)
# vowels and sibilants that are written either way
_ALIKE = str.maketrans("िुँशषऊ", "ीूंससउ", "\u200c\u200d")


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
    """The code of the province or district (`field`) that somebody means.

    Args:
        text: its code, or its name in English or Nepali, with "District" and the like or without;
            provinces also by number.

    Raises:
        InvalidInput: it fits none, or several; the nearest names stand in the sentence.
    """
    among = tuple(place for place in places() if place.kind == field)
    found = meant(text, among)
    if found is None:
        near = ", ".join(_nearest_names(text, among))
        sentence = f"There is no {field} '{text.strip()[:40]}'. Did you mean {near}?"
        raise InvalidInput(sentence, fields={field: [sentence]})
    return found.code


def district_with(code: str) -> Place | None:
    """The district with this code."""
    return next((one for one in places() if one.kind == DISTRICT and one.code == code), None)


def province_with(code: str) -> Place | None:
    """The province with this code."""
    return next((one for one in places() if one.kind == PROVINCE and one.code == code), None)


def province_of(district: str) -> str:
    """The code of the province that a district lies in; empty for no district."""
    found = district_with(district)
    return found.parent if found else ""


def municipality_code(text: str, district: str) -> str:
    """The code of the municipality of a district that is meant; empty for none of them."""
    found = meant(text, tuple(within(district))) if text.strip() and district else None
    return found.code if found else ""


@lru_cache(maxsize=4_096)
def meant(text: str, among: tuple[Place, ...]) -> Place | None:
    """The place that is meant by a code, a name or a near spelling; None where that is not sure."""
    code = text.strip().upper()
    if by_code := [place for place in among if place.code == code]:
        return by_code[0]
    wanted = bare_name(text)
    if not wanted:
        return None
    if wanted.isdecimal():
        return _numbered(int(wanted), among)
    exact = [place for place in among if wanted in _bare_names(place)]
    return exact[0] if len(exact) == 1 else _surely_near(wanted, among)


def bare_name(text: str) -> str:
    """A name as it is compared: no kind of place, no blanks, vowels that are confused made one."""
    lower = unicodedata.normalize("NFC", text).casefold()
    letters = _KINDS_OF_PLACE.sub(" ", lower).translate(_ALIKE)
    return "".join(
        mark for mark in letters if mark.isalnum() or unicodedata.category(mark).startswith("M")
    )


def _bare_names(place: Place) -> tuple[str, str]:
    return bare_name(place.name_en), bare_name(place.name_ne)


def _numbered(number: int, among: tuple[Place, ...]) -> Place | None:
    """Provinces were numbered before they had names, and still are in speech."""
    if among and among[0].kind == PROVINCE and 1 <= number <= len(among):
        return among[number - 1]
    return None


def _surely_near(wanted: str, among: tuple[Place, ...]) -> Place | None:
    scores = sorted(
        ((max(fuzz.ratio(wanted, name) for name in _bare_names(place)), place) for place in among),
        key=lambda pair: -pair[0],
    )
    if not scores or scores[0][0] < _LEAST_SURE:
        return None
    second = scores[1][0] if len(scores) > 1 else 0
    return scores[0][1] if scores[0][0] - second >= _CLEARLY_BETTER else None


def _nearest_names(text: str, among: tuple[Place, ...]) -> list[str]:
    native = any("\u0900" <= mark <= "\u097f" for mark in text)
    names = [place.name("ne" if native else "en") for place in among]
    found = process.extract(text, names, scorer=fuzz.WRatio, limit=_SHOWN)
    return [name for name, *_ in found]


def ward_number(value: Any) -> int | None:
    """A ward's number, in Latin or Devanagari digits, as in `Ward No. 5` or `वडा नं ५`; None for nothing.

    Raises:
        InvalidInput: it is no number from 1 to 99, or more than one.
    """
    text = sealing.plain(None if value is None else str(value))
    if not text:
        return None
    told = _WARD.fullmatch(text.casefold())
    if told is None or not 1 <= int(told[1]) <= 99:
        raise InvalidInput(fields={"ward": ["A ward is a number from 1 to 99."]})
    return int(told[1])
