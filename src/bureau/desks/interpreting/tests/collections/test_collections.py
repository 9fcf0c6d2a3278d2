"""Collections: their fields, what contradicts what, and removing them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.desks.interpreting.collections.models import Collection, CollectionItem
from bureau.desks.interpreting.tests.clinic import Person, run_all
from bureau.desks.interpreting.tests.collections.conftest import collection
from bureau.kernel.events.models import Event
from bureau.kernel.retrieval.models import Chunk, Document
from bureau.kernel.retrieval.models import Collection as Index
from bureau.kernel.retrieval.tests.words_embedder import WordsEmbedder

FIELDS = {
    "id",
    "name",
    "description",
    "collection_type",
    "is_global",
    "chat_room",
    "chat_room_name",
    "reserved_for",
    "knowledge_bases",
    "knowledge_bases_details",
    "embedding_provider",
    "embedding_model",
    "embedding_dimensions",
    "completion_model",
    "chunking_strategy",
    "chunk_length",
    "chunk_overlap",
    "created_at",
    "updated_at",
    "items_count",
}


def test_a_collection_has_the_contracts_fields_and_tells_the_models_that_work_on_it(
    admin: Person,
) -> None:
    # what a client says about models is not believed
    body = {
        "name": "Dosing",
        "description": "How much of what.",
        "embedding_provider": "gemini",
        "embedding_dimensions": 768,
    }
    answer = admin.post("/api/collections/", body)
    assert answer.status_code == 201
    made = answer.json()
    assert made.keys() == FIELDS
    assert (made["embedding_provider"], made["embedding_dimensions"]) == ("builtin", 384)
    assert (made["collection_type"], made["chunk_length"]) == ("knowledge_base", 1000)
    assert admin.get(f"/api/collections/{made['id']}/").json() == made
    page = admin.get("/api/collections/").json()
    assert page == {"count": 1, "next": None, "previous": None, "results": [made]}
    assert Event.objects.filter(type="collection.created").count() == 1


def test_what_the_configuration_says_is_taken_back(admin: Person) -> None:
    told = admin.get("/api/config/ai/").json()
    assert told["chunking_strategy"] == "fixed-length"
    answer = admin.post("/api/collections/", {**told, "name": "Prefilled", "description": "Form."})
    assert answer.status_code == 201
    named = ("chunking_strategy", "chunk_length", "chunk_overlap", "embedding_model")
    assert [answer.json()[name] for name in named] == [told[name] for name in named]


def test_lists_can_be_narrowed_by_type(admin: Person, base: int) -> None:
    context = collection(admin, name="Context", collection_type="patient_context")
    listed = admin.get("/api/collections/", collection_type="patient_context").json()
    assert [one["id"] for one in listed["results"]] == [context]
    assert admin.get("/api/collections/", collection_type="other").status_code == 400


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 192}, "name"),
        (
            {"chunk_length": 100, "chunk_overlap": 100, "chunking_strategy": "window"},
            "chunk_overlap",
        ),
        ({"chunk_length": 0}, "chunk_length"),
        ({"collection_type": "secret"}, "collection_type"),
        ({"is_global": True, "collection_type": "patient_context"}, "is_global"),
        ({"chat_room": 2_000_000_000, "collection_type": "patient_context"}, "chat_room"),
        ({"knowledge_bases": [1]}, "knowledge_bases"),
        (
            {"knowledge_bases": [2_000_000_000], "collection_type": "patient_context"},
            "knowledge_bases",
        ),
        ({"embedding": [1], "chunking_strategy": "magic"}, "chunking_strategy"),
    ],
)
def test_contradictions_are_named_by_field_and_leave_nothing(
    admin: Person, fields: dict[str, Any], field: str
) -> None:
    answer = admin.post("/api/collections/", {"name": "A", "description": "B", **fields})
    assert answer.status_code == 400
    body = answer.json()
    assert field in body.get("errors", body)
    assert not Collection.objects.exists()
    assert not Index.objects.exists()


def test_a_name_is_given_once(admin: Person, base: int) -> None:
    answer = admin.post("/api/collections/", {"name": "Dosing", "description": "Again."})
    assert (answer.status_code, answer.json()) == (
        400,
        {"name": ["collection with this name already exists."]},
    )
    assert Collection.objects.count() == Index.objects.count() == 1


def test_a_context_is_linked_with_knowledge_bases_and_a_room(
    admin: Person, base: int, room: int
) -> None:
    made = collection(
        admin,
        name="Context",
        collection_type="patient_context",
        chat_room=room,
        knowledge_bases=[base],
    )
    shape = admin.get(f"/api/collections/{made}/").json()
    assert shape["knowledge_bases"] == [base]
    assert shape["knowledge_bases_details"] == [{"id": base, "name": "Dosing"}]
    assert (shape["chat_room"], shape["chat_room_name"]) == (room, "Consultation")


def test_put_sets_all_fields_and_patch_some(admin: Person, base: int) -> None:
    path = f"/api/collections/{base}/"
    patched = admin.patch(path, {"is_global": True}).json()
    assert (patched["name"], patched["is_global"]) == ("Dosing", True)
    put = admin.put(path, {"name": "Doses", "description": "New."}).json()
    assert (put["name"], put["is_global"]) == ("Doses", False)


def test_the_type_changes_only_while_there_are_no_items(
    admin: Person, base: int, words_embedder: WordsEmbedder
) -> None:
    path = f"/api/collections/{base}/"
    sealed = admin.patch(path, {"collection_type": "patient_context"}).json()
    assert sealed["collection_type"] == "patient_context"
    assert not Index.objects.exists()
    assert admin.patch(path, {"collection_type": "knowledge_base"}).status_code == 200
    item = {"name": "A", "content": "One gram.", "collection": base}
    assert admin.post("/api/collection-items/", item).status_code == 201
    refused = admin.patch(path, {"collection_type": "patient_context"})
    assert refused.status_code == 400
    assert "collection_type" in refused.json()


def test_removing_a_collection_removes_everything_in_it_and_nothing_else(
    admin: Person, base: int, words_embedder: WordsEmbedder
) -> None:
    kept = collection(admin, name="Kept")
    for place in (base, kept):
        item = {"name": "A", "content": "One gram. " * 300, "collection": place}
        admin.post("/api/collection-items/", item)
    run_all()
    assert admin.delete(f"/api/collections/{base}/").status_code == 204
    assert admin.get(f"/api/collections/{base}/").status_code == 404
    assert CollectionItem.objects.get().collection_id == kept
    assert Document.objects.count() == 1
    assert set(Chunk.objects.values_list("document", flat=True)) == set(
        Document.objects.values_list("pk", flat=True)
    )


def test_a_list_costs_the_same_however_long_it_is(admin: Person, base: int) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert admin.get("/api/collections/").status_code == 200
        return len(seen)

    few = queries()
    for number in range(12):
        collection(admin, name=f"Base {number}")
    assert queries() == few


def test_who_gives_care_reads_and_administrators_write(
    admin: Person, doctor: Person, other_doctor: Person, patient: Person, base: int, room: int
) -> None:
    context = collection(admin, name="Ctx", collection_type="patient_context", chat_room=room)
    seen = {
        one.user.username: [row["id"] for row in one.get("/api/collections/").json()["results"]]
        for one in (admin, doctor, other_doctor)
    }
    assert seen == {"amara": [context, base], "thandi": [context, base], "david": [base]}
    assert doctor.get(f"/api/collections/{context}/").status_code == 200
    assert other_doctor.get(f"/api/collections/{context}/").status_code == 404
    assert patient.get("/api/collections/").json()["count"] == 0
    assert patient.get(f"/api/collections/{base}/").status_code == 404
    for verb in ("query", "query_and_answer"):
        refused = doctor.post(f"/api/collections/{base}/{verb}/", {"query": "dose"})
        assert refused.status_code == 403
