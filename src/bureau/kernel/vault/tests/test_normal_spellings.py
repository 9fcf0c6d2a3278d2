from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.kernel.vault.normal import e164, email, name, phone

REGIONS = ["NP", "PH"]


@pytest.mark.parametrize(
    ("spelled", "number"),
    [
        ("9841234567", "+9779841234567"),
        ("09841234567", "+9779841234567"),
        ("+977 984-1234567", "+9779841234567"),
        ("00977 9841234567", "+9779841234567"),
        ("9779841234567", "+9779841234567"),
        ("\u200e(984) 123.4567", "+9779841234567"),
        ("९८४१-२३४५६७", "+9779841234567"),
        ("+９７７９８４１２３４５６７", "+9779841234567"),
        ("०१-४४२३४५६", "+97714423456"),
        ("09171234567", "+639171234567"),
        ("639171234567", "+639171234567"),
        ("+27 82 555 0142", "+27825550142"),
    ],
)
def test_every_spelling_of_a_number_is_one_number(spelled: str, number: str) -> None:
    assert e164(spelled, REGIONS) == number


def test_regions_are_tried_in_their_order() -> None:
    assert e164("0825550142", ["ZA", "NP"]) == "+27825550142"
    assert e164("0825550142", ["NP"]) is None


def test_what_is_no_number_keeps_its_digits() -> None:
    assert phone("1-2 3", REGIONS) == phone("१२३", REGIONS) == "123"
    assert phone("not given", REGIONS) == ""


@given(st.text())
def test_any_text_has_a_normal_form_and_it_is_stable(text: str) -> None:
    for normal in (lambda one: phone(one, REGIONS), email, name):
        once = normal(text)
        assert normal(once) == once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (" Ram.B@EXAMPLE.org ", "ram.b@example.org"),
        ("sita@नेपाल.com", "Sita@xn--l2bey1c2b.com"),
    ],
)
def test_equal_addresses_are_one(one: str, other: str) -> None:
    assert email(one) == email(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RAM-Bahadur   Thapa.", "Ram Bahadur Thapa"),
        ("राम\u200c बहादुर", "राम  बहादुर"),
        ("José", "Jose\u0301"),
    ],
)
def test_equal_names_are_one(one: str, other: str) -> None:
    assert name(one) == name(other)


def test_vowel_signs_tell_names_apart() -> None:
    assert name("राम") != name("रमा")
