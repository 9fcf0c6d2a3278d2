"""What is known about a patient: stored in the room's own context, found with one embedding."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bureau.desks.interpreting.collections.models import Collection, CollectionItem
from bureau.desks.interpreting.collections.services.collections import create_collection
from bureau.desks.interpreting.collections.services.items import add_text
from bureau.desks.interpreting.models import Assistance
from bureau.desks.interpreting.tests.clinic import Person, opened, run_all, told
from bureau.desks.interpreting.tests.models import Dictionary, Use
from bureau.kernel.events.models import Event
from bureau.kernel.jobs.models import Task
from bureau.kernel.retrieval import search as searching

PROFILE = {
    "patient_name": "Sipho Dlamini",
    "cultural_background": "Speaks of his illness only after a long greeting.",
    "medical_history": "Takes warfarin 5 mg since 2019. Allergic to penicillin.",
    "language_notes": "Understands simple English.",
}


def context(admin: Person, name: str, doctor: Person | None = None, **fields: Any) -> int:
    """The id of a context in no room, for this doctor to take into one of theirs."""
    reserved = {"reserved_for": doctor.user.pk} if doctor else {}
    made = create_collection(
        admin.user,
        {
            "name": name,
            "description": name,
            "collection_type": "patient_context",
            **reserved,
            **fields,
        },
    )
    return made.pk


def base(admin: Person, name: str, text: str, **fields: Any) -> Collection:
    made = create_collection(
        admin.user,
        {"name": name, "description": name, "collection_type": "knowledge_base", **fields},
    )
    add_text(admin.user, made, {"name": name, "content": text})
    return made


def add(who: Person, room: int, **changes: Any) -> Any:
    return who.post(f"/api/chat-rooms/{room}/add_patient_context/", {**PROFILE, **changes})


@pytest.fixture
def embeddings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that questions were embedded from, one for each embedding."""
    asked: list[str] = []
    real = searching.embedder_of

    def counting(space: Any) -> Any:
        embedder = real(space)

        class Counted:
            provider, model, dimension = embedder.provider, embedder.model, embedder.dimension

            def embed_query(self, text: str) -> np.ndarray:
                asked.append(text)
                return embedder.embed_query(text)

        return Counted()

    monkeypatch.setattr(searching, "embedder_of", counting)
    return asked


def test_a_profile_is_stored_under_the_headings_that_clients_look_for(
    doctor: Person, admin: Person, patient: Person, room: int
) -> None:
    collection = context(admin, "Sipho's file", doctor)
    answer = add(doctor, room, collection_id=collection)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["status"], made["message"]) == ("success", "Patient context added")
    item = CollectionItem.objects.get(pk=made["document_id"])
    assert item.name == "Patient Profile: Sipho Dlamini"
    assert item.metadata == {
        "type": "patient_profile",
        "patient_name": "Sipho Dlamini",
        "chat_room_id": room,
    }
    headings = (
        "PATIENT PROFILE: Sipho Dlamini", "CULTURAL BACKGROUND: Speaks", "MEDICAL HISTORY: Takes",
        "LANGUAGE & COMMUNICATION NOTES: Understands", "PRIMARY LANGUAGE: Afrikaans",
        "DOCTOR LANGUAGE: English", "CHAT ROOM: Consultation",
    )  # fmt: skip
    assert [one for one in headings if one not in item.content] == []
    row = doctor.get("/api/chat-rooms/").json()["results"][0]
    assert (row["patient_name"], row["rag_collection"]) == ("Sipho Dlamini", collection)
    assert row["has_rag"] is True
    assert row["rag_collection_name"] == "Sipho's file"
    assert row["patient_context"][0]["items"][0]["name"] == "Patient Profile: Sipho Dlamini"
    assert row["linked_knowledge_bases"] == []
    seen = patient.get("/api/chat-rooms/").json()["results"][0]
    assert seen["patient_context"] is seen["linked_knowledge_bases"] is None
    # a second one needs no collection any more
    assert add(doctor, room, medical_history="Has asthma.").status_code == 201


def test_a_context_is_refused_where_it_cannot_go(
    doctor: Person, other_doctor: Person, other_patient: Person, patient: Person, admin: Person,
    room: int,
) -> None:  # fmt: skip
    answer = add(doctor, room)
    assert answer.status_code == 400
    assert answer.json() == {"error": "No RAG collection configured. Please provide collection_id"}
    missing = add(doctor, room, collection_id=999_999)
    assert (missing.status_code, missing.json()) == (
        404, {"error": "Collection with id 999999 not found"},
    )  # fmt: skip
    elsewhere = opened(other_doctor, other_patient)
    taken = context(admin, "Maria's file", other_doctor)
    assert add(other_doctor, elsewhere, collection_id=taken).status_code == 201
    stolen = add(doctor, room, collection_id=taken)
    assert (stolen.status_code, stolen.json()) == (
        404, {"error": f"Collection with id {taken} not found"},
    )  # fmt: skip
    shared = base(admin, "Guidelines", "Warfarin and aspirin together raise the risk of bleeding.")
    assert add(doctor, room, collection_id=shared.pk).status_code == 409
    assert Collection.objects.get(pk=shared.pk).chat_room_id is None
    assert add(patient, room, collection_id=taken).status_code == 403
    assert add(other_doctor, room, collection_id=taken).status_code == 404
    nothing = dict.fromkeys(PROFILE, " ")
    assert add(doctor, room, **nothing).status_code == 400
    assert add(doctor, room, medical_history="x" * 20_001).status_code == 400
    assert doctor.get("/api/chat-rooms/").json()["results"][0]["has_rag"] is False


@pytest.mark.security(
    "a doctor takes a patient's context by its number, in every way a room is linked"
)
def test_a_context_of_no_room_is_nobodys_but_whose_it_is_reserved_for(
    doctor: Person, other_doctor: Person, admin: Person, patient: Person, room: int
) -> None:
    collection = context(admin, "A file", other_doctor)
    unreserved = context(admin, "Another file")
    add_text(admin.user, Collection.objects.get(pk=collection), {"name": "X", "content": "HIV"})
    for wanted in (collection, unreserved):
        absent = f"Collection with id {wanted} not found"
        body = {"name": "steal", "rag_collection": wanted}
        for answer in (
            doctor.post("/api/chat-rooms/", body),
            doctor.put(f"/api/chat-rooms/{room}/", body),
            doctor.patch(f"/api/chat-rooms/{room}/", body),
        ):
            assert answer.status_code == 400
            assert answer.json()["errors"] == {"rag_collection": [absent]}
        assert add(doctor, room, collection_id=wanted).json() == {"error": absent}
        assert doctor.get(f"/api/collections/{wanted}/").status_code == 404
    assert "HIV" not in doctor.get("/api/collection-items/").content.decode()
    assert other_doctor.get(f"/api/collections/{collection}/").status_code == 200
    mine = opened(other_doctor, patient, rag_collection=collection)
    assert Collection.objects.get(pk=collection).chat_room_id == mine
    # an administrator takes any that is free
    assert (
        admin.patch(f"/api/chat-rooms/{room}/", {"rag_collection": unreserved}).status_code == 200
    )


@pytest.mark.security("a doctor turns an administrator's empty knowledge base into a context")
def test_only_an_administrator_turns_an_empty_knowledge_base_into_a_context(
    doctor: Person, admin: Person, room: int
) -> None:
    fields = {"name": "New", "description": "New", "collection_type": "knowledge_base"}
    empty = create_collection(admin.user, fields)
    assert add(doctor, room, collection_id=empty.pk).status_code == 409
    body = {"rag_collection": empty.pk}
    assert doctor.patch(f"/api/chat-rooms/{room}/", body).status_code == 400
    assert Collection.objects.get(pk=empty.pk).collection_type == "knowledge_base"
    assert admin.patch(f"/api/chat-rooms/{room}/", body).status_code == 200
    assert Collection.objects.get(pk=empty.pk).collection_type == "patient_context"


def test_a_context_is_reserved_for_doctors_only(
    doctor: Person, admin: Person, patient: Person
) -> None:
    body = {"name": "F", "description": "F", "collection_type": "patient_context"}
    made = admin.post("/api/collections/", {**body, "reserved_for": doctor.user.pk})
    assert (made.status_code, made.json()["reserved_for"]) == (201, doctor.user.pk)
    wrong = admin.post("/api/collections/", {**body, "reserved_for": patient.user.pk, "name": "G"})
    assert (wrong.status_code, list(wrong.json())) == (400, ["reserved_for"])
    shared = {**body, "name": "H", "collection_type": "knowledge_base"}
    refused = admin.post("/api/collections/", {**shared, "reserved_for": doctor.user.pk})
    assert (refused.status_code, list(refused.json())) == (400, ["reserved_for"])


def test_a_room_is_linked_when_it_is_opened_or_changed(
    doctor: Person, patient: Person, admin: Person
) -> None:
    first = context(admin, "One", doctor)
    room = opened(doctor, patient, rag_collection=first)
    assert doctor.get(f"/api/chat-rooms/{room}/").json()["rag_collection"] == first
    other = opened(doctor, patient)
    taken = doctor.patch(f"/api/chat-rooms/{other}/", {"rag_collection": first})
    assert taken.status_code == 400
    assert "rag_collection" in taken.json()["errors"]
    assert patient.patch(f"/api/chat-rooms/{other}/", {"rag_collection": first}).status_code == 403


def test_a_translation_draws_on_all_collections_with_one_embedding(
    doctor: Person, admin: Person, patient: Person, room: int, use: Use, embeddings: list[str]
) -> None:
    bases = [
        base(
            admin, f"Base {number}", f"Advice {number}: warfarin needs blood tests.", is_global=True
        )
        for number in range(3)
    ]
    linked = base(admin, "Linked", "Linked advice: warfarin and green vegetables.")
    collection = context(admin, "File", doctor, knowledge_bases=[linked.pk])
    add(doctor, room, collection_id=collection)
    run_all()
    model = Dictionary()
    use(translator=model)
    said = doctor.said(room, "About your warfarin, which vegetables do you eat?")
    assert len(model.asked) == 1
    assert embeddings == ["About your warfarin, which vegetables do you eat?"]
    told_model = model.asked[0]["context"]
    assert "Linked advice" in told_model
    assert "Takes warfarin 5 mg since 2019" in told_model
    assert sum(f"Advice {number}" in told_model for number in range(len(bases))) >= 2
    assert said["context_sources"]
    embeddings.clear()
    doctor.said(room, "Where does it hurt?")
    assert embeddings == []


def test_a_patients_facts_never_shape_another_rooms_translation(
    doctor: Person, admin: Person, patient: Person, other_patient: Person, room: int, use: Use
) -> None:
    add(doctor, room, collection_id=context(admin, "File", doctor))
    run_all()
    model = Dictionary()
    use(translator=model)
    elsewhere = opened(doctor, other_patient, patient_language="afr")
    doctor.said(elsewhere, "About your warfarin, which vegetables do you eat?")
    assert "2019" not in model.asked[0]["context"]


HELP = "get_doctor_assistance/"


def help_for(who: Person, room: int, **query: Any) -> Any:
    return who.get(f"/api/chat-rooms/{room}/{HELP}", **query)


def test_help_without_any_collection_says_so(doctor: Person, patient: Person, room: int) -> None:
    answer = help_for(doctor, room)
    assert answer.status_code == 200
    assert answer.json()["status"] == "no_collection"
    assert answer.json()["suggestions"] == []
    assert help_for(patient, room).status_code == 403
    assert help_for(doctor, room, type="legal").status_code == 400


def test_help_quotes_what_is_known_and_is_fed_back_nowhere(
    doctor: Person, admin: Person, room: int, embeddings: list[str]
) -> None:
    add(doctor, room, collection_id=context(admin, "File", doctor))
    run_all()
    items = CollectionItem.objects.count()
    doctor.said(room, "Do you have any allergies?")
    for kind in ("general", "cultural", "medical"):
        embeddings.clear()
        answer = help_for(doctor, room, type=kind).json()
        assert answer["status"] == "success"
        assert "No language model is set up" in answer["assistance"]
        assert "Allergic to penicillin" in answer["assistance"]
        assert answer["written_by"] == "builtin"
        [source, *_] = answer["sources"]
        assert source.keys() == {"name", "similarity", "content"}
        assert source["name"].startswith("Patient Profile: Sipho Dlamini")
        assert len(embeddings) == 1
    questions = help_for(doctor, room, type="followup").json()["assistance"]
    assert "Where does it hurt? / Waar is dit seer?" in questions
    assert CollectionItem.objects.count() == items


def test_help_later_is_for_the_one_who_asked(
    doctor: Person, other_doctor: Person, patient: Person, admin: Person, room: int
) -> None:
    add(doctor, room, collection_id=context(admin, "File", doctor))
    run_all()
    everybody = [one.user.pk for one in (doctor, other_doctor, patient)]
    doctor.patch(f"/api/chat-rooms/{room}/", {"participants": everybody})
    before = len(told(room))
    answer = help_for(doctor, room, **{"type": "medical", "async": "true"})
    assert answer.status_code == 202
    task = answer.json()["task_id"]
    path = f"/api/chat-rooms/{room}/assistance/{task}/"
    assert doctor.get(path).json()["status"] == "processing"
    run_all()
    found = doctor.get(path).json()
    assert found["status"] == "success"
    assert "penicillin" in found["assistance"]
    assert found["sources"]
    assert admin.get(path).status_code == 200
    assert other_doctor.get(path).status_code == 404
    assert patient.get(path).status_code == 403
    # neither the room's stream nor the log or the task's row holds what was written
    assert len(told(room)) == before
    kept = str(list(Event.objects.values_list("payload", flat=True)))
    kept += str(list(Task.objects.values_list("result", "params")))
    assert "penicillin" not in kept
    assert "penicillin" in Assistance.objects.get().text
