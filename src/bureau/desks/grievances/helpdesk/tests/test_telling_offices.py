"""Offices hear of what happens to their cases, and people of their hearing."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.fixtures import SetEnvironment

from bureau.desks.grievances.helpdesk.models import Holiday, Ticket
from bureau.desks.grievances.helpdesk.tests.conftest import Act, case_of, file_another, seat
from bureau.desks.grievances.models import Office
from bureau.desks.grievances.tests.conftest import Visitor
from bureau.kernel.accounts.models import User
from bureau.kernel.notify.models import Message

pytestmark = pytest.mark.django_db
ANSWER = "The contractor sprinkles water three times a day now."
MONDAY, SATURDAY = date(2040, 1, 2), date(2040, 1, 7)


@pytest.fixture
def jhapa(jhapa: Office, environment: SetEnvironment) -> Office:
    """The office of Jhapa with a mail box."""
    environment(notify_email="file", notify_public_url="https://office.example.org/")
    jhapa.contact_email, jhapa.name_ne = "desk@office.example", "झापा कार्यालय"
    jhapa.save()
    return jhapa


def mails(template: str) -> list[dict[str, Any]]:
    """Recipient and text of the mails of a kind, oldest first."""
    found = Message.objects.filter(template=template, channel="email").order_by("created_at")
    return [{"to": one.recipient, **json.loads(one.content)} for one in found]


def test_the_office_hears_of_a_new_case_with_a_link_and_without_its_words(ticket: Ticket) -> None:
    [mail] = mails("ticket_new")
    assert mail["to"] == "desk@office.example"
    assert f"https://office.example.org/grievances/{ticket.uid}/" in mail["text"]
    assert case_of(ticket).grievance_id in mail["text"]
    assert "Dust" not in mail["text"]
    assert "UTC" not in mail["text"]


def test_mails_to_offices_are_in_their_language_with_the_nepali_day(
    nobody: Visitor, jhapa: Office, environment: SetEnvironment
) -> None:
    environment(helpdesk_language="ne", notify_email="file")
    file_another(nobody)
    [mail] = mails("ticket_new")
    assert "झापा कार्यालय" in mail["text"]
    assert "२०" in mail["text"]


def test_messages_objections_and_files_of_the_person_reach_the_office(
    act: Act, ticket: Ticket, officer: Visitor, nobody: Visitor, filed: dict[str, Any]
) -> None:
    mine, name = nobody.with_token(filed["token"]), filed["grievance_id"]
    mine.post(f"/api/grievance/{name}/messages", {"text": "It is the blue house."})
    assert len(mails("ticket_message")) == 1
    letter = SimpleUploadedFile("letter.txt", b"Dear office", "text/plain")
    sent = mine.post("/upload-files", **{"grievance_id": name, "files[]": letter})
    assert sent.status_code == 202
    assert len(mails("ticket_file")) == 1
    act(officer, "RESOLVE", category="ACCEPTED_OTHER", reply=ANSWER)
    assert mails("ticket_objection") == []
    objection = {"status_code": "DISPUTED", "notes": "Nobody came."}
    mine.post(f"/api/grievance/{name}/status", objection)
    [mail] = mails("ticket_objection")
    assert "Nobody came" not in mail["text"]


def test_a_colleague_who_is_given_a_case_hears_of_it(
    act: Act, ticket: Ticket, officer: Visitor, jhapa: Office
) -> None:
    seat("gita", jhapa)
    assert (
        act(officer, "REASSIGN", assignee=User.objects.get(username="gita").pk).status_code == 200
    )
    [mail] = mails("ticket_assigned")
    assert mail["to"] == "gita@example.org"


def test_sensitive_cases_are_told_to_those_named_for_them_only(
    nobody: Visitor, jhapa: Office
) -> None:
    seat("kalpana", jhapa, sensitive=True)
    seat("ramesh", jhapa)
    file_another(nobody, grievance_description="He raped my sister at the camp.")
    assert [mail["to"] for mail in mails("ticket_new")] == ["kalpana@example.org"]


def test_the_person_is_told_of_a_hearing_and_of_its_new_day(
    act: Act, ticket: Ticket, officer: Visitor, nobody: Visitor, filed: dict[str, Any]
) -> None:
    act(officer, "ACKNOWLEDGE")
    assert act(officer, "GRC_CONVENE", hearing_on=str(MONDAY)).status_code == 200
    later = MONDAY + timedelta(days=1)
    assert act(officer, "GRC_CONVENE", hearing_on=str(later)).status_code == 200
    told = [mail["text"] for mail in mails("grievance_hearing")]
    assert [str(day) in text for day, text in zip((MONDAY, later), told, strict=True)] == [True] * 2
    page = nobody.with_token(filed["token"]).get(f"/grievance-status/{filed['grievance_id']}")
    assert page.json()["grievance"]["hearing_on"] == str(later)


def test_a_hearing_is_on_a_day_to_come_on_which_offices_are_open(
    act: Act, ticket: Ticket, officer: Visitor
) -> None:
    act(officer, "ACKNOWLEDGE")
    Holiday.objects.create(day=MONDAY)
    past = timezone.localdate() - timedelta(days=7)
    for day in (past, SATURDAY, MONDAY):
        refused = act(officer, "GRC_CONVENE", hearing_on=str(day))
        assert refused.status_code == 400
        assert list(refused.json()["error"]["fields"]) == ["hearing_on"]
