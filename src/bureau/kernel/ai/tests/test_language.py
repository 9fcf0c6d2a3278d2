from __future__ import annotations

import pytest

from bureau.kernel.ai.language import code_of, detect, name_of

SENTENCES = {
    "en": "The tap in our street has been broken since last week.",
    "af": "Ek het sedert gister koors en my keel is baie seer.",
    "zu": "Sawubona, ngicela usizo lwakho namhlanje ngoba ngiyagula.",
    "xh": "Ndiyaxolisa, andikuva kakuhle, nceda uphinde mhlekazi.",
    "st": "Ke kopa thuso hle ntate, ngwana wa ka o a kula haholo.",
    "ne": "हाम्रो गाउँको बाटो पहिरोले बिग्रिएको छ।",
    "de": "Der Wasserhahn in unserer Straße ist seit einer Woche kaputt.",
    "fr": "Le robinet de notre rue est cassé depuis une semaine.",
    "es": "El grifo de nuestra calle está roto desde hace una semana.",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_recognised(code: str) -> None:
    assert detect(SENTENCES[code]) == code
    assert detect(SENTENCES[code], among=list(SENTENCES)) == code


def test_the_answer_is_one_of_those_allowed_in_the_callers_spelling() -> None:
    assert detect(SENTENCES["zu"], among=["eng", "zul"]) == "zul"
    assert detect(SENTENCES["de"], among=["en", "ne"]) is None
    # the only one that is written so, whatever the identifier takes it for
    assert detect("हुन्छ", among=["en", "ne"]) == "ne"
    assert detect(SENTENCES["en"], among=[]) is None


@pytest.mark.parametrize("text", ["", " ", "123 + 4", "x", "\x00", "🩺" * 500, "\ufdfa" * 5000])
def test_what_has_no_language_is_not_guessed(text: str) -> None:
    assert detect(text, among=list(SENTENCES)) is None


def test_broken_text_is_read_as_far_as_it_goes() -> None:
    assert detect("\x00\ud800" + SENTENCES["af"] * 4000) == "af"


def test_codes_of_either_kind_mean_the_same() -> None:
    assert [code_of(one) for one in ("zul", "ZU", "zu-ZA", "nso", "en_GB")] == [
        "zu",
        "zu",
        "zu",
        "nso",
        "en",
    ]
    assert (name_of("sot"), name_of("tlh")) == ("Sesotho", "tlh")
