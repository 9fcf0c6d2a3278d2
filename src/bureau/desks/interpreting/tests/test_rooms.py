"""Opening, changing and removing rooms, and who sees them."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.desks.interpreting.models import ChatMessage, ChatRoom
from bureau.desks.interpreting.tests.clinic import Person, as_base64, opened, run_all, tone
from bureau.kernel.files.models import StoredFile

ROOMS = "/api/chat-rooms/"


def ids(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["results"]]


def test_a_room_has_every_field_of_the_contract(doctor: Person, patient: Person) -> None:
    body = {
        "name": "Knee",
        "room_type": "patient_doctor",
        "patient_language": "zul",
        "doctor_language": "en",
        "patient_name": "Sipho Dlamini",
        "participants": [patient.user.pk],
    }
    answer = doctor.post(ROOMS, body)
    assert answer.status_code == 201
    made = answer.json()
    seats = [(seat["username"], seat["side"]) for seat in made.pop("participants")]
    assert seats == [("thandi", "doctor"), ("sipho", "patient")]
    body.pop("participants")
    assert {name: made[name] for name in body} == body
    assert {name for name in made if name not in body} == {
        "id", "rag_collection", "rag_collection_name", "is_active", "created_at", "updated_at",
        "messages", "message_count", "cursor",
    }  # fmt: skip
    row = doctor.get(ROOMS).json()["results"][0]
    assert {"has_rag", "patient_context", "linked_knowledge_bases", "last_message"} <= row.keys()
    assert row["last_message"] is None


def test_names_are_not_readable_in_the_database(doctor: Person) -> None:
    room = opened(doctor, patient_name="Sipho Dlamini", name="Knee of Sipho")
    stored = ChatRoom.objects.filter(pk=room).extra(select={"raw": "patient_name || name"})[0]
    assert stored.patient_name == "Sipho Dlamini"
    assert "Sipho" not in stored.raw  # type: ignore[attr-defined]


def test_everybody_sees_the_rooms_they_sit_in_and_administrators_all(
    doctor: Person, patient: Person, other_doctor: Person, other_patient: Person, admin: Person
) -> None:
    first = opened(doctor, patient)
    second = opened(other_doctor, other_patient, patient)
    assert ids(doctor.get(ROOMS)) == [first]
    assert ids(patient.get(ROOMS)) == [second, first]
    assert ids(other_patient.get(ROOMS)) == [second]
    assert ids(admin.get(ROOMS)) == [second, first]
    for stranger in (other_doctor, other_patient):
        answer = stranger.get(f"{ROOMS}{first}/")
        missing = stranger.get(f"{ROOMS}999999/")
        assert answer.status_code == missing.status_code == 404
        assert answer.json() == missing.json()


def test_who_works_at_another_desk_opens_no_room(analyst: Person) -> None:
    assert analyst.post(ROOMS, {"name": "x"}).status_code == 403
    assert ids(analyst.get(ROOMS)) == []
    assert not ChatRoom.objects.exists()


def test_a_patient_opens_a_room_with_a_doctor_but_not_with_another_patient(
    patient: Person, doctor: Person, other_patient: Person
) -> None:
    room = opened(patient, doctor)
    assert ids(doctor.get(ROOMS)) == [room]
    body = {"name": "x", "participants": [other_patient.user.pk]}
    answer = patient.post(ROOMS, body)
    assert answer.status_code == 400
    assert "participants" in answer.json()["errors"]
    assert ChatRoom.objects.count() == 1


def test_an_administrator_sets_up_a_room_for_others(
    admin: Person, doctor: Person, patient: Person
) -> None:
    room = opened(admin, doctor, patient)
    seats = admin.get(f"{ROOMS}{room}/").json()["participants"]
    assert [seat["username"] for seat in seats] == ["thandi", "sipho"]


def test_doctors_change_a_room_and_patients_their_language_only(
    doctor: Person, patient: Person, room: int
) -> None:
    path = f"{ROOMS}{room}/"
    assert patient.patch(path, {"patient_language": "xho"}).json()["patient_language"] == "xho"
    for body in ({"name": "Mine"}, {"is_active": False}, {"participants": [patient.user.pk]}):
        assert patient.patch(path, body).status_code == 403
    assert patient.put(path, {"name": "Mine"}).status_code == 403
    assert patient.delete(path).status_code == 403
    changed = doctor.patch(path, {"name": "Ours", "is_active": False}).json()
    assert (changed["name"], changed["is_active"], changed["patient_language"]) == (
        "Ours", False, "xho",
    )  # fmt: skip
    assert doctor.put(path, {"name": "Anew"}).json()["patient_language"] == "en"


def test_a_doctor_is_assigned_and_taken_off(
    doctor: Person, other_doctor: Person, patient: Person, room: int
) -> None:
    path = f"{ROOMS}{room}/"
    everybody = [one.user.pk for one in (doctor, other_doctor, patient)]
    assert doctor.patch(path, {"participants": everybody}).status_code == 200
    assert other_doctor.get(path).status_code == 200
    assert doctor.patch(path, {"participants": everybody[1:]}).status_code == 200
    assert doctor.get(path).status_code == 404
    answer = other_doctor.patch(path, {"participants": [patient.user.pk]})
    assert answer.status_code == 400
    assert other_doctor.get(path).status_code == 200


def test_removing_a_room_removes_what_was_said_and_recorded(
    doctor: Person, patient: Person, room: int
) -> None:
    patient.say(room, "Hallo", audio=as_base64(tone()))
    run_all()
    assert StoredFile.objects.exists()
    assert doctor.delete(f"{ROOMS}{room}/").status_code == 204
    assert not ChatMessage.objects.exists()
    assert not StoredFile.objects.exists()
    assert patient.get(f"{ROOMS}{room}/").status_code == 404


def test_unusable_fields_are_refused_and_nothing_is_made(doctor: Person) -> None:
    bad: list[tuple[str, Any]] = [
        ("name", ""),
        ("name", "x" * 201),
        ("room_type", "party"),
        ("patient_language", "klingon"),
        ("doctor_language", ""),
        ("patient_name", "x" * 201),
        ("is_active", "perhaps"),
        ("participants", [0]),
        ("participants", [999_999]),
        ("participants", "all"),
        ("rag_collection", 999_999),
    ]
    for field, value in bad:
        answer = doctor.post(ROOMS, {"name": "Room", field: value})
        assert answer.status_code == 400, (field, value, answer.content)
        assert field in str(answer.json()["errors"]), answer.content
    assert not ChatRoom.objects.exists()


def test_the_list_takes_as_many_queries_for_many_rooms_as_for_one(
    doctor: Person, patient: Person
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert doctor.get(ROOMS).status_code == 200
        return len(caught)

    patient.say(opened(doctor, patient), "Hallo")
    one = cost()
    for _ in range(12):
        patient.say(opened(doctor, patient), "Hallo")
    assert cost() == one
