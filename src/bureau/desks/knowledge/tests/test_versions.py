"""The same content again, and a changed file of the same name."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.desks.knowledge.tests.desk import Person, run_waiting

pytestmark = pytest.mark.django_db

OLD = b"# Parking rules\n\nA parking permit for the hospital yard costs twelve dollars a month.\n"
NEW = OLD.replace(b"twelve", b"eighteen")
ASKED = "How much does a parking permit cost?"


def test_the_same_content_again_says_so_and_takes_the_new_name(ana: Person) -> None:
    first = ana.upload("rules.md", OLD, title="Rules")
    assert not first["repeated"]
    fields = {"file": SimpleUploadedFile("parking.md", OLD), "title": "Parking", "version": "2"}
    again = ana.client.post("/api/documents/upload/", fields).json()
    assert (again["id"], again["repeated"]) == (first["id"], True)
    shown = ana.get(f"/api/documents/{first['id']}/").json()
    assert (shown["title"], shown["filename"], shown["version"]) == ("Parking", "parking.md", "2")


def test_a_changed_file_of_the_same_name_takes_the_place_and_old_answers_stay(ana: Person) -> None:
    old = ana.upload("rules.md", OLD)
    before = ana.ask(ASKED)["message"]
    assert "twelve" in before["content"]
    assert before["citations"][0]["document_date"] == ""
    new = ana.upload("rules.md", NEW)
    assert new["replaces"] == [old["id"]]
    after = ana.ask(ASKED)["message"]
    assert "eighteen" in after["content"] and "twelve" not in after["content"]
    date = new["created_at"][:10]
    assert after["citations"][0]["document_date"] == date and date in after["content"]
    # whoever was answered from the old one can still look
    replaced = ana.get(f"/api/documents/{old['id']}/").json()
    assert (replaced["replaced_by"], replaced["chunk_count"]) == (new["id"], 0)
    page = ana.get(f"/api/documents/{old['id']}/pages/1/").json()
    cited = before["citations"][0]
    assert " ".join(page["text"][cited["start"] : cited["end"]].split()) == cited["quote"]
    assert ana.post(f"/api/documents/{old['id']}/reprocess/").status_code == 409


def test_anothers_file_of_the_same_name_is_left_alone(ana: Person, ben: Person) -> None:
    one = ana.upload("rules.md", OLD)
    ben.upload("rules.md", NEW)
    assert ana.get(f"/api/documents/{one['id']}/").json()["replaced_by"] == ""
    run_waiting()
    assert "twelve" in ana.ask(ASKED)["message"]["content"]
