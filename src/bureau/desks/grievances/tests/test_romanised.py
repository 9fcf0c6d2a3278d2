"""Nepali in Latin letters is read like Nepali, and other languages are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.desks.grievances.classification.labelled import sentences
from bureau.desks.grievances.classification.romanised import in_devanagari, sound


@pytest.mark.parametrize(
    ("word", "spellings"),
    [
        ("छ", ["cha", "chha", "xa"]),
        ("सडक", ["sadak", "sadhak"]),
        ("धुलो", ["dhulo", "dulo", "dhoolo"]),
        ("बिजुली", ["bijuli", "bijulee", "vijuli"]),
        ("बलात्कार", ["balatkar", "balaatkaar"]),
        ("धम्की", ["dhamki", "dhamkee", "damki"]),
        ("जग्गा", ["jagga", "jaggaa", "zagga"]),
    ],
)
def test_all_spellings_of_a_word_sound_alike(word: str, spellings: list[str]) -> None:
    assert {sound(one) for one in spellings} == {sound(word)}


def test_what_sounds_otherwise_is_another_word() -> None:
    # a killing and an elephant
    assert sound("hatya") == sound("हत्या") != sound("हात्ती") == sound("hatti")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Mero jagga sadak ma paryo", "मेरो जग्गा सडकमा"),
        ("ghar bata nikalyo", "घरबाट निकाल्यो"),
        ("bijuli chhaina, pani chaina", "बिजुली छैन, पानी छैन"),
        ("Supervisor le malai dhamki diyo", "Supervisor ले मलाई धम्की दियो"),
    ],
)
def test_known_words_are_written_in_devanagari(typed: str, written: str) -> None:
    assert in_devanagari(typed).startswith(written)


def test_english_and_devanagari_stay_as_they_are() -> None:
    changed = [one.text for one in sentences() if in_devanagari(one.text) != one.text]
    assert changed == []
    assert in_devanagari("") == ""


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(in_devanagari(text), str)
