"""Contexts of patients: sealed, found in their room only, linked to one room."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from bureau.desks.interpreting.collections import rooms
from bureau.desks.interpreting.collections.erasing import erase_contexts, export_contexts
from bureau.desks.interpreting.collections.models import (
    Collection,
    CollectionItem,
    SealedPassage,
)
from bureau.desks.interpreting.collections.services.search import (
    SOURCES,
    find_for_room,
)
from bureau.desks.interpreting.tests.clinic import Person, opened, room_of, run_all
from bureau.desks.interpreting.tests.collections.conftest import collection
from bureau.kernel.ai.counting import counted
from bureau.kernel.errors import Conflict, InvalidInput, NotFound
from bureau.kernel.vault.shredders import Person as Whose

PROFILE = "PATIENT PROFILE:\nNomvula Dlamini\n\nMEDICAL HISTORY:\nAllergic to penicillin."
FIELDS = {
    "name": "Patient Profile: Nomvula Dlamini",
    "content": PROFILE,
    "metadata": {"type": "patient_profile", "patient_name": "Nomvula Dlamini"},
}


@pytest.fixture
def context(admin: Person, room: int) -> Collection:
    made = collection(admin, name="Context", collection_type="patient_context", chat_room=room)
    return Collection.objects.get(pk=made)


def stored_text(table: str) -> str:
    """Every value of a table as the database sees it."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
        return "\n".join(row[0] for row in cursor.fetchall())


def test_nothing_of_a_context_can_be_read_in_the_database(
    doctor: Person, room: int, context: Collection
) -> None:
    rooms.add_profile(doctor.user, room_of(room), context, FIELDS)
    run_all()
    item = CollectionItem.objects.get()
    assert (item.content, item.indexed_version) == (PROFILE, 1)
    tables = [name for name in connection.introspection.table_names() if "django" not in name]
    for table in tables:
        text = stored_text(table)
        assert "penicillin" not in text, table
        assert "Dlamini" not in text, table


def test_a_room_finds_its_own_contexts_and_the_bases_with_one_embedding(
    admin: Person, doctor: Person, other_doctor: Person, room: int, context: Collection
) -> None:
    shared = collection(admin, name="Global", is_global=True)
    linked = collection(admin, name="Linked")
    unlinked = collection(admin, name="Unlinked")
    context.knowledge_bases.set([linked])
    for place in (shared, linked, unlinked):
        text = f"Penicillin is an antibiotic, says base {place}."
        body = {"name": f"Base {place}", "content": text, "async": "false"}
        admin.post(f"/api/collections/{place}/add_document/", body)
    rooms.add_profile(doctor.user, room_of(room), context, FIELDS)
    elsewhere = opened(other_doctor)
    other = collection(admin, name="Other", collection_type="patient_context", chat_room=elsewhere)
    rooms.add_profile(
        other_doctor.user,
        room_of(elsewhere),
        Collection.objects.get(pk=other),
        {"name": "Other", "content": "Takes penicillin daily."},
    )
    run_all()
    with counted() as asked:
        bases, personal = find_for_room("Is penicillin safe?", SOURCES.all(room=room))
    assert asked["queries"] == 1
    assert {one.collection_id for one in bases} == {shared, linked}
    assert [one.collection_id for one in personal] == [context.pk]
    assert "Allergic to penicillin." in personal[0].content
    assert 0 < personal[0].similarity <= 1


def test_a_query_of_a_context_reads_its_linked_bases_too(
    admin: Person, context: Collection, base: int
) -> None:
    context.knowledge_bases.set([base])
    for place, text in ((base, "Penicillin is an antibiotic."), (context.pk, PROFILE)):
        body = {"name": "Text", "content": text, "async": "false"}
        assert admin.post(f"/api/collections/{place}/add_document/", body).status_code == 201
    with counted() as asked:
        answer = admin.post(f"/api/collections/{context.pk}/query/", {"query": "penicillin"})
    assert asked["queries"] == 1
    assert {one["content"] for one in answer.json()["results"]} == {
        "Penicillin is an antibiotic.",
        PROFILE,
    }


def test_the_context_goes_with_its_room(
    admin: Person, doctor: Person, room: int, context: Collection
) -> None:
    rooms.add_profile(doctor.user, room_of(room), context, FIELDS)
    run_all()
    assert doctor.delete(f"/api/chat-rooms/{room}/").status_code == 204
    assert not Collection.objects.exists()
    assert not CollectionItem.objects.exists()


def test_what_is_kept_about_a_patient_can_be_exported_and_erased(
    doctor: Person, other_doctor: Person, patient: Person, room: int, context: Collection
) -> None:
    rooms.add_profile(doctor.user, room_of(room), context, FIELDS)
    run_all()
    nobody = Whose(username="nobody", phone="+27825550142")
    assert (export_contexts(nobody), erase_contexts(nobody)) == ([], 0)
    sipho = Whose(username=patient.user.username)
    (record,) = export_contexts(sipho)
    assert (record["content"], record["metadata"]) == (PROFILE, FIELDS["metadata"])
    # the doctor of the room is not whom it is about
    assert export_contexts(Whose(username=doctor.user.username)) == []
    assert erase_contexts(sipho) == 2
    assert not Collection.objects.exists()
    assert not CollectionItem.objects.exists()
    assert not SealedPassage.objects.exists()


class TestLinking:
    def link(self, doctor: Person, room: int, collection_id: int) -> Collection:
        return rooms.link_to_room(doctor.user, room_of(room), collection_id)

    def test_a_free_context_and_an_unused_base_become_the_rooms(
        self, admin: Person, doctor: Person, room: int, base: int
    ) -> None:
        free = collection(admin, name="Free", collection_type="patient_context")
        for each in (free, base):
            linked = self.link(admin, room, each)
            assert (linked.chat_room_id, linked.collection_type, linked.is_global) == (
                room,
                "patient_context",
                False,
            )
        again = self.link(doctor, room, free)
        assert again.chat_room_id == room
        assert rooms.context_of(room_of(room)) == Collection.objects.get(pk=free)

    def test_another_rooms_context_looks_absent(
        self, other_doctor: Person, context: Collection
    ) -> None:
        elsewhere = opened(other_doctor)
        for each in (context.pk, 2_000_000_000):
            with pytest.raises(NotFound) as refusal:
                self.link(other_doctor, elsewhere, each)
            assert refusal.value.body == {"error": f"Collection with id {each} not found"}
        context.refresh_from_db()
        assert context.chat_room_id != elsewhere

    @pytest.mark.parametrize("use", ["global", "filled", "linked"])
    def test_a_knowledge_base_in_use_cannot_be_seized(
        self, admin: Person, doctor: Person, room: int, base: int, use: str
    ) -> None:
        if use == "global":
            admin.patch(f"/api/collections/{base}/", {"is_global": True})
        elif use == "filled":
            body = {"name": "A", "content": "B", "collection": base}
            admin.post("/api/collection-items/", body)
        else:
            collection(admin, name="C", collection_type="patient_context", knowledge_bases=[base])
        with pytest.raises(Conflict):
            self.link(doctor, room, base)
        assert Collection.objects.get(pk=base).collection_type == "knowledge_base"

    def test_a_profile_needs_the_rooms_own_context(
        self, admin: Person, doctor: Person, room: int, base: int
    ) -> None:
        with pytest.raises(InvalidInput):
            rooms.add_profile(doctor.user, room_of(room), Collection.objects.get(pk=base), FIELDS)


def test_lists_of_rooms_show_contexts_and_linked_bases(
    admin: Person, doctor: Person, room: int, context: Collection, base: int
) -> None:
    context.knowledge_bases.set([base])
    long_fields: dict[str, Any] = {**FIELDS, "content": "x" * 300}
    rooms.add_profile(doctor.user, room_of(room), context, long_fields)
    shown = rooms.context_rows([room_of(room)])[room]
    assert [one["id"] for one in shown] == [context.pk]
    (item,) = shown[0]["items"]
    assert item["content"] == "x" * 200 + "..."
    assert item["metadata"] == FIELDS["metadata"]
    linked = rooms.linked_rows([room_of(room)])[room]
    assert linked == [
        {"id": base, "name": "Dosing", "description": "How much of what.", "items_count": 0}
    ]


def test_who_asked_for_help_polls_the_task_while_they_care_in_the_room(
    doctor: Person, other_doctor: Person, patient: Person, room: int, context: Collection
) -> None:
    rooms.add_profile(doctor.user, room_of(room), context, FIELDS)
    run_all()
    asked = doctor.get(f"/api/chat-rooms/{room}/get_doctor_assistance/", **{"async": "true"})
    assert asked.status_code == 202
    path = f"/api/tasks/{asked.json()['task_id']}/"
    run_all()
    told = doctor.get(path).json()
    assert (told["status"], told["result"]["status"]) == ("SUCCESS", "success")
    assert told["result"]["room_id"] == room
    assert "penicillin" in told["result"]["assistance"]
    assert told["result"]["sources"][0]["name"] == FIELDS["name"]
    for stranger in (other_doctor, patient):
        assert stranger.get(path).status_code == 404
    room_of(room).participants.filter(user=doctor.user).delete()
    assert doctor.get(path).json()["result"] is None
