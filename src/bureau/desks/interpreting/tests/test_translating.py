"""How a message becomes a translation: phrases, a model with its context, glossary, the check."""

from __future__ import annotations

import pytest
from django.core.cache import cache as store

from bureau.desks.interpreting.models import ChatMessage
from bureau.desks.interpreting.tests.clinic import Person, opened, run_all, run_to_the_end, told
from bureau.desks.interpreting.tests.models import Dictionary, Use
from bureau.kernel.ai.ports import ProviderBusy, ProviderRefused, ProviderUnavailable
from bureau.kernel.jobs.models import Task


def test_a_known_phrase_is_translated_without_a_model(patient: Person, room: int, use: Use) -> None:
    model = Dictionary()
    use(translator=model)
    said = patient.said(room, "My kop is seer")
    assert said["translated_text"] == "I have a headache"
    assert said["translated_by"] == "phrasebook (not reviewed by a native speaker)"
    assert (said["state"], said["warnings"]) == ("done", [])
    assert model.asked == []


def test_an_unknown_text_says_so_and_offers_phrases(patient: Person, room: int, use: Use) -> None:
    said = patient.said(room, "My kop is vreeslik seer")
    assert said["state"] == "untranslatable"
    assert said["translated_text"].startswith("[No translation:")
    assert said["suggestions"][0]["target"] == "I have a headache"
    assert said["translated_by"] == ""


def test_a_room_of_one_language_needs_no_translation(
    doctor: Person, patient: Person, use: Use
) -> None:
    room = opened(doctor, patient, patient_language="eng", doctor_language="en")
    said = patient.said(room, "It hurts when I bend my knee")
    assert said["translated_text"] == "It hurts when I bend my knee"
    assert said["translated_by"] == "same language"


def test_a_model_is_told_what_was_said_before_once_and_how_the_language_works(
    doctor: Person, patient: Person, use: Use
) -> None:
    model = Dictionary()
    use(translator=model)
    room = opened(doctor, patient, patient_language="zul", doctor_language="en")
    for number in range(7):
        doctor.said(room, f"Remark number {'i' * number}x about the knee")
    asked = model.asked[-1]
    assert asked["pair"] == "en-zu"
    assert asked["text"] == "Remark number iiiiiix about the knee"
    assert asked["context"].count("Remark number") == 5
    assert "iiiiiix" not in asked["context"]
    assert "class of their noun" in asked["context"]
    assert "be exact" in asked["context"]


def test_a_changed_dose_is_marked_and_shown_in_the_speakers_words(
    doctor: Person, patient: Person, room: int, use: Use
) -> None:
    wrong = "Neem die 50 mg pille met kos"
    model = Dictionary({"Take the 500 mg pills with food": wrong, wrong: "Take the 50 mg pills"})
    use(translator=model)
    said = doctor.said(room, "Take the 500 mg pills with food")
    assert said["translated_text"] == wrong
    assert {one["kind"] for one in said["warnings"]} == {"number"}
    assert said["back_translation"] == "Take the 50 mg pills"
    assert ChatMessage.objects.get(pk=said["id"]).has_warning


def test_a_sound_translation_has_no_warning_and_costs_no_second_question(
    doctor: Person, room: int, use: Use
) -> None:
    model = Dictionary({"Take the 500 mg pills with food": "Neem die 500 mg pille met kos"})
    use(translator=model)
    said = doctor.said(room, "Take the 500 mg pills with food")
    assert (said["warnings"], said["back_translation"]) == ([], "")
    assert len(model.asked) == 1


def test_a_failed_back_translation_does_not_lose_the_translation(
    doctor: Person, room: int, use: Use
) -> None:
    class Forgetful(Dictionary):
        def translate(self, text: str, source: str, target: str, **rest: object) -> object:
            if source == "af":
                raise ProviderUnavailable("no")
            return super().translate(text, source, target)

    use(translator=Forgetful({"Take 2 of the blue ones": "Neem 3 van die bloues"}))
    said = doctor.said(room, "Take 2 of the blue ones")
    assert said["translated_text"] == "Neem 3 van die bloues"
    assert said["warnings"] and said["back_translation"] == ""


def test_a_busy_model_is_asked_again_and_one_failure_is_told_at_the_end(
    doctor: Person, room: int, use: Use
) -> None:
    model = Dictionary(failures=[ProviderBusy("secret words") for _ in range(9)])
    use(translator=model)
    made = doctor.say(room, "An unusual remark").json()
    run_to_the_end()
    said = doctor.get(f"/api/messages/{made['id']}/").json()
    assert len(model.asked) == 3
    assert said["state"] == "translation_failed"
    assert said["translated_text"] == "[Translation failed: the model could not be reached]"
    [failure] = told(room, "translation.failed")
    assert failure.payload["error_type"] == "connection_error"
    assert "secret" not in str(failure.payload) + said["translated_text"]


def test_a_model_that_recovers_leaves_no_failure(doctor: Person, room: int, use: Use) -> None:
    use(translator=Dictionary(failures=[ProviderBusy("x")]))
    made = doctor.say(room, "An unusual remark").json()
    run_to_the_end()
    assert doctor.get(f"/api/messages/{made['id']}/").json()["state"] == "done"
    assert told(room, "translation.failed") == []


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (ProviderRefused("x", reason="credentials"), "api_key_error"),
        (ProviderRefused("x", reason="content_filter"), "translation_error"),
        (ProviderUnavailable("x", reason="timeout"), "timeout"),
    ],
)
def test_a_failure_has_the_contracts_word(
    doctor: Person, room: int, use: Use, problem: Exception, kind: str
) -> None:
    use(translator=Dictionary(failures=[problem] * 3))  # type: ignore[list-item]
    doctor.say(room, "An unusual remark")
    run_to_the_end()
    [failure] = told(room, "translation.failed")
    assert failure.payload["error_type"] == kind


def test_a_crash_fails_the_message_as_well(doctor: Person, room: int, use: Use) -> None:
    use(translator=object())
    made = doctor.say(room, "An unusual remark").json()
    run_all()
    assert doctor.get(f"/api/messages/{made['id']}/").json()["state"] == "translation_failed"
    assert len(told(room, "translation.failed")) == 1


def test_a_message_that_was_erased_meanwhile_ends_its_task_quietly(
    doctor: Person, room: int, use: Use
) -> None:
    doctor.say(room, "An unusual remark")
    ChatMessage.objects.all().delete()
    run_all()
    assert [task.status for task in Task.objects.all()] == ["SUCCESS"]


def test_the_same_in_the_same_room_is_asked_once_and_in_another_again(
    doctor: Person, patient: Person, other_patient: Person, use: Use
) -> None:
    model = Dictionary()
    use(translator=model)
    room = opened(doctor, patient, patient_language="afr", doctor_language="en")
    other = opened(doctor, other_patient, patient_language="afr", doctor_language="en")
    message = doctor.said(room, "An unusual remark")
    again = ChatMessage.objects.get(pk=message["id"])
    from bureau.desks.interpreting.services.translating import translate_message

    assert translate_message(again).text == message["translated_text"]
    assert len(model.asked) == 1
    doctor.said(other, "An unusual remark")
    assert len(model.asked) == 2


def test_a_cache_holds_no_readable_text(doctor: Person, room: int, use: Use) -> None:
    use(translator=Dictionary({"An unusual remark": "n Ongewone opmerking"}))
    doctor.said(room, "An unusual remark")
    client = store._cache.get_client()  # type: ignore[attr-defined]
    kept = b"".join(client.get(key) or b"" for key in client.keys("*translation*"))
    assert kept
    assert b"Ongewone" not in kept


GLOSSARY = "/api/glossary/"


def test_the_glossary_is_obeyed_told_and_versioned(
    admin: Person, doctor: Person, patient: Person, room: int, use: Use
) -> None:
    model = Dictionary({"Your blood pressure is high": "U bloeddruk is hoog"})
    use(translator=model)
    term = {"source_language": "en", "term": "Panado"}
    kept = admin.post(GLOSSARY, term)
    assert kept.status_code == 201
    wanted = {
        **term,
        "target_language": "afr",
        "term": "blood pressure",
        "translation": "bloeddruk",
    }
    assert admin.post(GLOSSARY, wanted).status_code == 201
    assert admin.post(GLOSSARY, wanted).status_code == 409
    for somebody in (doctor, patient):
        assert somebody.post(GLOSSARY, wanted).status_code == 403
    assert patient.get(GLOSSARY).status_code == 403
    assert doctor.get(GLOSSARY).json()["version"] == 2

    said = doctor.said(room, "Your blood pressure is high")
    assert said["glossary_terms"] == [{"term": "blood pressure", "wanted": "bloeddruk"}]
    assert said["warnings"] == []
    assert [(one.source, one.target) for one in model.asked[0]["terms"]] == [
        ("blood pressure", "bloeddruk")
    ]
    broken = doctor.said(room, "Your panado is for blood pressure")
    assert broken["warnings"] == [
        {"kind": "glossary", "message": "The glossary wants 'bloeddruk' for 'blood pressure'."}
    ]

    assert admin.delete(f"{GLOSSARY}{kept.json()['id']}/").status_code == 204
    assert admin.delete(f"{GLOSSARY}{kept.json()['id']}/").status_code == 404
    names = [
        [one["term"] for one in doctor.get(GLOSSARY, version=version).json()["terms"]]
        for version in (0, 1, 2, 3)
    ]
    assert names == [[], ["Panado"], ["Panado", "blood pressure"], ["blood pressure"]]


def test_another_translation_of_a_term_takes_its_place(admin: Person) -> None:
    body = {"source_language": "en", "target_language": "af", "term": "ward", "translation": "saal"}
    admin.post(GLOSSARY, body)
    admin.post(GLOSSARY, {**body, "translation": "afdeling"})
    now = admin.get(GLOSSARY).json()
    assert (now["version"], [one["translation"] for one in now["terms"]]) == (2, ["afdeling"])
