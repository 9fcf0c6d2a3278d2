from __future__ import annotations

import re
from collections import Counter

import pytest

from bureau.desks.grievances.routing.places import place_named, place_with, places, within

NEPALI = re.compile(r"[\u0900-\u097f][\u0900-\u097f .\-]*")
LATIN = re.compile(r"[A-Z][A-Za-z' .\-]*")


def test_the_country_is_complete() -> None:
    kinds = Counter(place.kind for place in places())
    assert kinds == {
        "province": 7,
        "district": 77,
        "metropolitan_city": 6,
        "sub_metropolitan_city": 11,
        "municipality": 276,
        "rural_municipality": 460,
    }
    assert sum(place.is_municipal for place in places()) == 753


def test_every_place_has_a_code_of_its_own_and_both_names() -> None:
    assert len({place.code for place in places() if place.kind != "province"}) == 77 + 753
    for place in places():
        assert LATIN.fullmatch(place.name_en), place
        assert NEPALI.fullmatch(place.name_ne), place


def test_every_place_lies_in_one_of_the_next_larger_kind() -> None:
    provinces = {place.code for place in within()}
    districts = {place.code: place for place in places() if place.kind == "district"}
    assert len(provinces) == 7
    assert {place.parent for place in districts.values()} == provinces
    assert {place.parent for place in places() if place.is_municipal} == set(districts)
    together = Counter((place.kind, place.parent, place.name_en) for place in places())
    assert max(together.values()) == 1


def test_what_lies_in_jhapa() -> None:
    names = {place.name_en for place in within("JH")}
    assert len(names) == 15
    assert {"Birtamod", "Damak", "Mechinagar", "Bhadrapur", "Kankai"} <= names


@pytest.mark.parametrize("spelled", ["Jhapa", "झापा", "jhapa district", "JH", "Jhappa"])
def test_a_district_is_found_in_any_spelling(spelled: str) -> None:
    found = place_named(spelled)
    assert found
    assert found.code == "JH"


def test_a_municipality_is_looked_for_where_it_has_to_be() -> None:
    found = place_named("बिर्तामोड", parent="JH", municipal=True)
    assert found
    assert found.name_en == "Birtamod"
    assert place_named("Birtamod", parent="MO", municipal=True) is None
    assert place_named("Atlantis") is None


def test_a_code_names_a_place_in_any_case() -> None:
    found = place_with(" jh-04 ")
    assert found
    assert found.name("ne") == "बिर्तामोड"
    assert place_with("ZZ") is None
