"""A person's words leave the house with them, and theirs only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from bureau.desks.interpreting.collections.models import Collection, CollectionItem
from bureau.desks.interpreting.models import ChatMessage, ChatRoom, Participant
from bureau.desks.interpreting.tests.clinic import Person, as_base64, opened, tone
from bureau.desks.interpreting.tests.collections.conftest import collection
from bureau.kernel.files.models import StoredFile
from bureau.kernel.vault.services.persons import erase_person, export_person
from bureau.kernel.vault.shredders import Person as Whose

pytestmark = pytest.mark.django_db(transaction=True)


def exported(username: str) -> list[dict[str, Any]]:
    return export_person(Whose(username=username))["rooms"]


def files_on_disk(settings: Settings) -> list[Path]:
    return [path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()]


def test_a_patients_room_goes_as_a_whole_and_other_rooms_stay(
    admin: Person,
    doctor: Person,
    patient: Person,
    other_patient: Person,
    room: int,
    settings: Settings,
) -> None:
    kept = opened(doctor, other_patient, patient_language="afr")
    doctor.say(kept, "Do you have a fever?")
    doctor.say(room, "Where does it hurt?")
    patient.say(room, "My kop is seer")
    patient.say(room, audio=as_base64(tone()))
    context = collection(admin, name="Sipho", collection_type="patient_context", chat_room=room)
    profile = {"patient_name": "Sipho", "medical_history": "Asthma.", "collection_id": context}
    assert doctor.post(f"/api/chat-rooms/{room}/add_patient_context/", profile).status_code == 201

    (record,) = exported("SIPHO")
    assert [said["text"] for said in record["messages"]][:2] == [
        "Where does it hurt?",
        "My kop is seer",
    ]
    assert record["messages"][2]["recording"]
    assert record["patient_name"] == "Sipho"

    # by the address alone, and with the account erased in the same transaction
    counts = erase_person(Whose(email="Sipho@example.org"))
    assert counts["accounts"] == 1
    assert counts["rooms"] == 3 + 1
    assert counts["patient_contexts"] == 1 + 1
    assert list(ChatRoom.objects.values_list("pk", flat=True)) == [kept]
    assert ChatMessage.objects.get().original_text == "Do you have a fever?"
    assert not Collection.objects.exists()
    assert not CollectionItem.objects.exists()
    assert not StoredFile.objects.exists()
    assert files_on_disk(settings) == []


def test_of_two_patients_in_a_room_each_takes_their_own_words(
    doctor: Person, patient: Person, other_patient: Person
) -> None:
    shared = opened(doctor, patient, other_patient, patient_language="afr")
    doctor.say(shared, "Where does it hurt?")
    patient.say(shared, "My kop is seer", audio=as_base64(tone()))
    other_patient.say(shared, "My maag is seer")
    (record,) = exported("sipho")
    assert [said["text"] for said in record["messages"]] == ["My kop is seer"]
    # two of the room's rows are theirs: what they said and their seat
    assert erase_person(Whose(username="sipho"))["rooms"] == 2
    left = ChatMessage.objects.order_by("id")
    assert [one.original_text for one in left] == ["Where does it hurt?", "My maag is seer"]
    assert not StoredFile.objects.exists()
    assert set(Participant.objects.values_list("user__username", flat=True)) == {"thandi", "maria"}


def test_what_a_clinician_said_stays_without_their_voice(
    doctor: Person, other_doctor: Person, patient: Person, room: int
) -> None:
    other_doctor_too = {"participants": [doctor.user.pk, other_doctor.user.pk, patient.user.pk]}
    assert doctor.patch(f"/api/chat-rooms/{room}/", other_doctor_too).status_code == 200
    doctor.say(room, "Where does it hurt?", audio=as_base64(tone()))
    other_doctor.say(room, "Do you have a fever?")
    (record,) = exported("thandi")
    assert [said["text"] for said in record["messages"]] == ["Where does it hurt?"]
    assert "patient_name" not in record
    assert erase_person(Whose(username="thandi"))["rooms"] == 2
    seen = other_doctor.get(f"/api/chat-rooms/{room}/").json()
    assert [said["original_text"] for said in seen["messages"]] == [
        "Where does it hurt?",
        "Do you have a fever?",
    ]
    assert not StoredFile.objects.exists()
    assert "thandi" not in str(seen).lower()


def test_the_command_counts_first(doctor: Person, patient: Person, room: int, capsys: Any) -> None:
    patient.say(room, "My kop is seer")
    call_command("erase_person", "--username", "sipho")
    assert "rooms: 1 records found" in capsys.readouterr().out
    assert ChatMessage.objects.exists()
    call_command("erase_person", "--username", "nobody-of-this-name", "--yes")
    assert "rooms: 0 rows changed" in capsys.readouterr().out
    assert ChatMessage.objects.exists()
