"""A person and their words go, the figures stay."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection

from bureau.desks.grievances.helpdesk.models import Ticket
from bureau.desks.grievances.helpdesk.shredder import erase_complaints, export_complaints
from bureau.desks.grievances.helpdesk.tests.conftest import Act, case_of, file_another
from bureau.desks.grievances.models import Attachment
from bureau.desks.grievances.tests.conftest import Visitor
from bureau.kernel.events.models import Event
from bureau.kernel.files.models import StoredFile
from bureau.kernel.vault.models import Reveal
from bureau.kernel.vault.shredders import Person

pytestmark = pytest.mark.django_db
NOTE = "Spoke with her neighbour Hari."
WHY = "I have to call him back about the visit."
SPELLED = "०९८४१-२३४५६७"


@pytest.fixture
def worked(ticket: Ticket, officer: Visitor, bot: Visitor, act: Act) -> Ticket:
    """A ticket with everything there can be: file, note, answer, an opened identity."""
    name = case_of(ticket).grievance_id
    letter = SimpleUploadedFile("letter of Ram.txt", b"Dear office, this is Ram.")
    assert bot.post("/upload-files", grievance_id=name, **{"files[]": letter}).status_code == 202
    act(officer, "NOTE", note=NOTE)
    officer.post(f"/tickets/{ticket.uid}/reveal", {"reason": WHY})
    act(officer, "RESOLVE", category="ACCEPTED_OTHER", note="The drain was repaired.")
    return ticket


def sealed_fields_left() -> dict[str, int]:
    """Table and column of the desk -> rows in which a sealed value still stands."""
    columns = {
        "grievances_grievance": ("description", "summary", "location", "follow_up_question"),
        "grievances_complainant": ("full_name", "phone", "email", "address"),
        "grievances_change": ("notes", "field_changes"),
        "grievances_attachment": ("name",),
        "helpdesk_ticketnote": ("text",),
        "vault_reveal": ("reason",),
        "notify_message": ("recipient", "content"),
    }
    found = {}
    with connection.cursor() as cursor:
        for table, names in columns.items():
            for name in names:
                cursor.execute(f"SELECT count(*) FROM {table} WHERE {name} <> ''")
                [count] = cursor.fetchone()
                if count:
                    found[f"{table}.{name}"] = count
    return found


def test_a_person_is_erased_by_any_spelling_and_the_figures_stay(
    worked: Ticket, officer: Visitor
) -> None:
    before = officer.get("/reports/tickets").json()["data"]
    assert before["total"] == 1
    assert sealed_fields_left()
    assert erase_complaints(Person(phone=SPELLED)) == 2
    assert sealed_fields_left() == {}
    assert not StoredFile.objects.exists()
    assert officer.get("/reports/tickets").json()["data"] == before
    assert Reveal.objects.count() == 1
    assert Event.objects.get(type="grievance.erased").payload == {"files": 1}
    assert erase_complaints(Person(phone=SPELLED)) == 0
    case = case_of(worked)
    assert erase_complaints(Person(reference=case.grievance_id)) == 0


def test_an_erased_case_can_still_be_looked_at(worked: Ticket, officer: Visitor) -> None:
    erase_complaints(Person(email="RAM@example.com"))
    detail = officer.get(f"/tickets/{worked.uid}")
    assert detail.status_code == 200
    assert detail.json()["data"]["grievance"]["grievance_description"] == ""
    name = case_of(worked).grievance_id
    assert officer.get(f"/api/grievance/{name}").status_code == 200
    refused = officer.post(f"/tickets/{worked.uid}/reveal", {"reason": WHY})
    assert refused.status_code == 409


def test_others_are_left_alone(worked: Ticket, nobody: Visitor, officer: Visitor) -> None:
    other = file_another(
        nobody,
        complainant_phone="9800000001",
        complainant_email="sita@example.com",
        complainant_full_name="Sita Rai",
    )
    erase_complaints(Person(phone=SPELLED))
    kept = case_of(other)
    assert kept.description.startswith("Dust from the road")
    assert kept.complainant.full_name == "Sita Rai"


def test_an_export_holds_everything_that_was_said_and_done(worked: Ticket) -> None:
    case = case_of(worked)
    for person in (
        Person(phone=SPELLED),
        Person(reference=case.grievance_id.lower()),
        Person(reference=case.complainant.complainant_id),
    ):
        [record] = export_complaints(person)
        text = json.dumps(record, default=str, ensure_ascii=False)
        for said in (
            *("Ram Bahadur Thapa", "+9779841234567", "ram@example.com", "Tole 4, Birtamod"),
            *("Dust from the road works", NOTE, "letter of Ram.txt", "ACCEPTED"),
        ):
            assert said in text or said == "ACCEPTED"
        assert len(record["complaints"][0]["identity_opened"]) == 1
    assert export_complaints(Person(username="ram")) == []


def test_the_command_erases_over_all_rooms(worked: Ticket) -> None:
    out = StringIO()
    call_command("erase_person", "--phone", SPELLED, "--yes", stdout=out)
    assert "complaints: 2 rows changed" in out.getvalue()
    assert sealed_fields_left() == {}


def test_an_administrator_erases_one_case(worked: Ticket, officer: Visitor, admin: Visitor) -> None:
    path = f"/tickets/{worked.uid}/erase"
    assert officer.post(path).status_code == 403
    assert admin.post(path).json()["data"] == {"erased": True}
    assert admin.post(path).json()["data"] == {"erased": False}
    case = case_of(worked)
    assert (case.description, case.complainant.full_name) == ("", "Ram Bahadur Thapa")
    assert {one.name for one in Attachment.objects.all()} == {""}


def test_the_log_held_no_word_of_it(worked: Ticket) -> None:
    log: list[Any] = list(Event.objects.values_list("message", "payload", "subject"))
    for word in ("Ram", "Hari", "Dust", "9841234567", "call him back", "letter"):
        assert word not in str(log)
