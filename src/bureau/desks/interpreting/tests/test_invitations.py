"""A patient sits down by a code that a doctor handed over: once, and nobody else."""

from __future__ import annotations

import pytest

from bureau.desks.interpreting.tests.clinic import opened, person
from bureau.kernel.accounts.models import Role

pytestmark = pytest.mark.django_db
JOIN = "/api/chat-rooms/join/"


def test_a_room_made_by_name_alone_is_joined_by_its_patient_with_a_code() -> None:
    doctor, patient = person("doctor", Role.DOCTOR), person("patient", Role.PATIENT)
    made = doctor.post("/api/chat-rooms/", {"name": "Ward 3", "patient_language": "zul"})
    room = made.json()["id"]
    assert patient.get(f"/api/chat-rooms/{room}/").status_code == 404
    answer = doctor.post(f"/api/chat-rooms/{room}/invitation/")
    assert answer.status_code == 201
    joined = patient.post(JOIN, {"code": answer.json()["code"]})
    assert (joined.status_code, joined.json()["id"]) == (200, room)
    assert patient.say(room, "Kubuhlungu").status_code == 201


def test_a_code_seats_one_patient_and_nobody_else() -> None:
    doctor, other = person("doctor", Role.DOCTOR), person("doctor2", Role.DOCTOR)
    first, second = person("first", Role.PATIENT), person("second", Role.PATIENT)
    room = opened(doctor)
    code = doctor.post(f"/api/chat-rooms/{room}/invitation/").json()["code"]
    assert other.post(JOIN, {"code": code}).status_code == 403
    assert second.post(JOIN, {"code": f"{code}x"}).status_code == 404
    assert first.post(JOIN, {"code": code}).status_code == 200
    again = second.post(JOIN, {"code": code})
    assert (again.status_code, "used or over" in again.json()["detail"]) == (404, True)
    assert second.get(f"/api/chat-rooms/{room}/").status_code == 404
    # a code is no errand of those who sit there already
    code = doctor.post(f"/api/chat-rooms/{room}/invitation/").json()["code"]
    assert first.post(JOIN, {"code": code}).status_code == 200
    assert second.post(JOIN, {"code": code}).status_code == 200


def test_only_the_rooms_doctors_invite_and_a_room_that_is_gone_takes_nobody() -> None:
    doctor, other = person("doctor", Role.DOCTOR), person("doctor2", Role.DOCTOR)
    patient, late = person("patient", Role.PATIENT), person("late", Role.PATIENT)
    room = opened(doctor, patient)
    path = f"/api/chat-rooms/{room}/invitation/"
    assert patient.post(path).status_code == 403
    assert other.post(path).status_code == 404
    code = doctor.post(path).json()["code"]
    doctor.delete(f"/api/chat-rooms/{room}/")
    assert late.post(JOIN, {"code": code}).status_code == 404
