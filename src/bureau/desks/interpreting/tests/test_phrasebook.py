"""Phrases are answered when they say the same, and offered when they are merely similar."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.desks.interpreting.tests.clinic import Person
from bureau.desks.interpreting.translation.phrasebook import Entry, Phrases, shipped_phrases

EN_AF = shipped_phrases("en", "af")


def answered(text: str, phrases: Phrases = EN_AF) -> str | None:
    found = phrases.translate(text)
    return found.text if found else None


@pytest.mark.parametrize(
    "text",
    [
        "Where does it hurt?",
        "where does it hurt",
        "WHERE DOES IT HURT ?!",
        "  Where does\tit hurt? ",
    ],
)
def test_case_and_punctuation_do_not_matter(text: str) -> None:
    assert answered(text) == "Waar is dit seer?"


def test_numbers_are_carried_over_into_their_places() -> None:
    assert answered("Take 2 tablets 3 times a day") == "Neem 2 tablette 3 keer per dag"
    assert answered("Take 3 tablets 2 times a day.") == "Neem 3 tablette 2 keer per dag"
    assert answered("Take 2.5 ml 3 times a day") == "Neem 2.5 ml 3 keer per dag"
    german = shipped_phrases("en", "de")
    assert answered("Take 2 tablets 3 times a day", german) == "Nehmen Sie 3-mal am Tag 2 Tabletten"


def test_several_known_sentences_are_a_known_text() -> None:
    assert answered("I have a fever. I am coughing.") == "Ek het koors Ek hoes"
    assert answered("I have a fever. My bicycle is broken.") is None


def test_misspelt_words_are_understood_and_other_words_are_not() -> None:
    assert answered("Wherre does it hurt?") == "Waar is dit seer?"
    assert answered("I have a hedache") == "My kop is seer"
    for other in ("I have a backache", "I am now in pain", "I have no hope", "Are you in vain?"):
        assert answered(other) is None


def test_a_denial_is_never_answered_with_its_opposite() -> None:
    assert answered("I am not pregnant") == "Ek is nie swanger nie"
    assert answered("I am pregnant") == "Ek is swanger"
    assert answered("I am not tired") is None


def test_two_candidates_for_a_misspelling_are_none() -> None:
    phrases = Phrases(
        Entry(text, text.upper(), "memory", reviewed=True)
        for text in ("hand bleeds", "hand bleads")
    )
    assert answered("hand bleads", phrases) == "HAND BLEADS"
    assert answered("hand blesds", phrases) is None


def test_similar_phrases_are_offered_best_first() -> None:
    offers = EN_AF.similar("Do you have a headache?")
    assert 0 < len(offers) <= 3
    assert [offer.score for offer in offers] == sorted((o.score for o in offers), reverse=True)
    assert EN_AF.similar("qwertyuiop zxcvbnm") == []


@given(st.text(max_size=120))
def test_any_text_can_be_asked(text: str) -> None:
    EN_AF.translate(text)
    EN_AF.similar(text)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_numbers_are_never_changed(one: int, two: int) -> None:
    text = answered(f"Take {one} tablets {two} times a day")
    assert text == f"Neem {one} tablette {two} keer per dag"


def test_a_phrase_is_found_by_one_of_its_words_and_nothing_by_none() -> None:
    sources = [offer.source for offer in EN_AF.search("hurt")]
    assert "Where does it hurt?" in sources
    assert all("hurt" in source.lower() for source in sources[:2])
    assert len(EN_AF.search("fever", 1)) == 1
    assert EN_AF.search("?!") == EN_AF.search("qwertyuiop") == []


PHRASES = "/api/phrases/"


@pytest.mark.security("one clinician calls a wrong dose a reviewed phrase of the house")
def test_staff_add_phrases_and_somebody_else_reviews_them(
    doctor: Person, other_doctor: Person, patient: Person, room: int
) -> None:
    assert doctor.said(room, "Take this home")["state"] == "untranslatable"
    body = {
        "source_language": "en",
        "target_language": "afr",
        "source_text": "Take this home",
        "target_text": "Neem dit huis toe",
        "reviewed": True,
    }
    assert patient.post(PHRASES, body).status_code == 403
    made = doctor.post(PHRASES, body)
    assert made.status_code == 201
    mine = made.json()
    by = (doctor.user.username, "")
    assert (mine["reviewed"], mine["created_by"], mine["reviewed_by"]) == (False, *by)
    said = doctor.said(room, "take this home!")
    unreviewed = "memory (not reviewed by a native speaker)"
    assert (said["translated_text"], said["translated_by"]) == ("Neem dit huis toe", unreviewed)
    review = f"{PHRASES}{mine['id']}/review/"
    # not by who added it, and not by adding it again
    assert doctor.post(review).status_code == patient.post(review).status_code == 403
    assert other_doctor.post(review).json()["reviewed_by"] == other_doctor.user.username
    said = doctor.said(room, "take this home!")
    assert (said["translated_text"], said["translated_by"]) == ("Neem dit huis toe", "memory")
    [offer] = doctor.get(PHRASES, source="en", target="af", q="take this home").json()["results"][
        :1
    ]
    people = (doctor.user.username, other_doctor.user.username)
    assert (offer["id"], offer["created_by"], offer["reviewed_by"]) == (mine["id"], *people)
    assert patient.said(room, "Neem dit huis toe")["translated_text"] == "Take this home"
    found = patient.get(PHRASES, source="en", target="af", q="take it home").json()["results"]
    assert (found[0]["target"], found[0]["created_by"]) == ("Neem dit huis toe", "")
    path = f"{PHRASES}{made.json()['id']}/"
    assert patient.delete(path).status_code == 403
    assert doctor.delete(path).status_code == 204
    assert doctor.delete(path).status_code == 404
    assert doctor.said(room, "Take this home")["state"] == "untranslatable"


def test_phrases_that_cannot_be_used_are_refused(doctor: Person) -> None:
    good = {
        "source_language": "en",
        "target_language": "af",
        "source_text": "Hello there",
        "target_text": "Hallo daar",
    }
    for change in (
        {"target_language": "eng"},
        {"source_text": "?!"},
        {"target_text": ""},
        {"source_language": "klingon"},
        {"target_text": "x" * 501},
    ):
        assert doctor.post(PHRASES, {**good, **change}).status_code == 400, change
