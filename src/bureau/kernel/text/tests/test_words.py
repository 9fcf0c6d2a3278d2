"""Words of every script: cut whole, spelled alike, reduced alike. Sentences of our own."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.kernel.text.segmenting import is_border, parts, words
from bureau.kernel.text.spelling import marks, normal, without_accents
from bureau.kernel.text.stemming import forms, lexemes, root

CUT = {
    "खानेपानी कार्यालय कति बजे खुल्छ?": ["खानेपानी", "कार्यालय", "कति", "बजे", "खुल्छ"],
    "হাসপাতাল কখন খোলে?": ["হাসপাতাল", "কখন", "খোলে"],
    "மருந்தகம் எங்கே உள்ளது?": ["மருந்தகம்", "எங்கே", "உள்ளது"],
    "药房几点开门？": ["药房", "几点", "开门"],
    "ร้านขายยาเปิดกี่โมง": ["ร้าน", "ขาย", "ยา", "เปิด", "กี่", "โมง"],
    "Read C++ and 192.168.0.1 in /usr/local at 50%.": [
        *("read", "c++", "and", "192.168.0.1", "in", "/usr/local", "at", "50%"),
    ],
    "wanna-build O’Brien": ["wanna-build", "o'brien"],
}
ALIKE = [
    ("30\u00a0mg", "30mg"),
    ("“filters”", "filters"),
    ("O’Brien", "O'Brien"),
    ("ＦＵＬＬ ３５", "full ३५"),
    ("छैन।", "छैन"),
    ("co\u00adoperate", "cooperate"),
    ("मंज़िल", "मंजिल"),
    ("مُدَرِّس", "مدرس"),
    ("e‑mail", "e-mail"),
]


@pytest.mark.parametrize("text", CUT)
def test_a_sentence_is_cut_into_its_words(text: str) -> None:
    assert words(text) == CUT[text]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_looks_alike_is_looked_up_alike(one: str, other: str) -> None:
    assert parts(one) == parts(other)


@pytest.mark.parametrize(
    ("word", "written", "language"),
    [
        ("कार्यालय", "कार्यालयको", "ne"),
        ("कार्यालय", "कार्यालयमा", "ne"),
        ("नागरिक", "नागरिकहरूलाई", "ne"),
        ("किताब", "किताबें", "hi"),
        ("filter", "filters", "en"),
        ("Häuser", "Haus", "de"),
        ("imitha", "yemitha", "zu"),
        ("umtholampilo", "emtholampilo", "xh"),
        ("图书馆", "图书馆", "zh"),
    ],
)
def test_a_word_of_a_question_is_among_the_forms_of_its_document(
    word: str, written: str, language: str
) -> None:
    kept = {form for kept in lexemes(written, language) for form in kept}
    for part in parts(word):
        assert kept & set(forms(part, language)), (kept, forms(part, language))


def test_prefixes_are_taken_off_only_where_a_language_has_them() -> None:
    assert root("amamitha") == root("imitha")
    assert "valid" not in forms("invalid", "en")
    assert without_accents("łukasz müller") == "lukasz muller"


def test_a_quote_may_end_where_a_word_does() -> None:
    assert not is_border("पानी", 1)
    assert is_border("पानी छ", 4)
    assert is_border("药房在二楼", 2)
    assert not is_border("pharmacy", 3)


def test_marks_belong_to_words_of_re() -> None:
    assert re.findall(rf"[\w{marks()}]+", "पासपोर्ट बनाउन") == ["पासपोर्ट", "बनाउन"]


@given(st.text(max_size=80))
def test_any_text_is_cut_and_cutting_again_changes_nothing(text: str) -> None:
    for part in parts(text):
        assert part and len(part) <= 100
        # what a tsvector would have to escape
        assert not set(part) & set("'\\: ")
    assert normal(normal(text)) == normal(text)
    assert [without_accents(without_accents(one)) for one in parts(text)] == [
        without_accents(one) for one in parts(text)
    ]
