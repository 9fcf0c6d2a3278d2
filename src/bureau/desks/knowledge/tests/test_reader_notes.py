"""What the reader of a document left out, guessed or could not read is told with the document."""

from __future__ import annotations

from bureau.desks.knowledge.tests.desk import Person
from bureau.kernel.retrieval.tests import papers

CHANGED = "<w:p><w:ins><w:r><w:t>Give 250 mg daily.</w:t></w:r></w:ins></w:p>"


def test_notes_stand_at_the_document_in_lists_and_at_its_page(ana: Person) -> None:
    made = ana.upload("dose.docx", papers.docx(body=CHANGED))
    message = "1 insertion that is marked as a change was read as accepted."
    note = {"kind": "INSERTED_TEXT", "count": 1, "pages": [], "message": message}
    assert made["notes"] == [note]
    (row,) = ana.get("/api/documents/").json()["results"]
    assert row["notes"] == [note]
    page = ana.get(f"/api/documents/{made['id']}/pages/1/").json()
    assert (page["notes"][0]["message"], page["page_label"]) == (message, "")


def test_a_document_without_remarks_has_none(ana: Person) -> None:
    assert ana.upload("dose.pdf", papers.pdf("Give 250 mg daily."))["notes"] == []
