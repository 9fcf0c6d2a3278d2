"""From a filed complaint to an answer, by HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from bureau.desks.grievances.cases.status_changes import change_status
from bureau.desks.grievances.helpdesk.models import Ticket, TicketNote
from bureau.desks.grievances.helpdesk.tests.conftest import Act, case_of, seat
from bureau.desks.grievances.models import Office
from bureau.desks.grievances.tests.conftest import Visitor
from bureau.kernel.accounts.models import User
from bureau.kernel.events.models import Event

pytestmark = pytest.mark.django_db
WHY = "The contractor repaired the drain on Sunday."


def types(ticket: Ticket) -> list[str]:
    stream = case_of(ticket).stream
    return list(
        Event.objects.filter(stream=stream, type__startswith="ticket.")
        .order_by("id")
        .values_list("type", flat=True)
    )


def test_filing_makes_a_ticket_for_the_office_of_the_place(
    ticket: Ticket, officer: Visitor, jhapa: Office
) -> None:
    answer = officer.get("/tickets").json()
    [found] = answer["data"]
    assert (answer["count"], found["ticket_id"]) == (1, str(ticket.uid))
    assert (found["state"], found["level"], found["office"]) == ("OPEN", 1, jhapa.code)
    assert found["place"]["district"] == {"code": "JH", "name_en": "Jhapa", "name_ne": "झापा"}
    assert found["respond_by"]["bs"].startswith("20")
    assert "description" not in str(found)


def test_an_officer_takes_up_and_resolves(act: Act, ticket: Ticket, officer: Visitor) -> None:
    first = act(officer, "ACKNOWLEDGE").json()["data"]
    assert first["state"] == "IN_PROGRESS"
    assert first["assignee"] == User.objects.get(username="sita").pk
    assert first["responded_at"]
    done = act(officer, "RESOLVE", category="ACCEPTED_OTHER", note=WHY).json()["data"]
    assert (done["state"], done["resolution"]) == ("RESOLVED", "ACCEPTED_OTHER")
    assert done["resolved_at"]
    assert case_of(ticket).status == "RESOLVED"
    assert types(ticket) == [
        "ticket.opened",
        "ticket.acknowledged",
        "ticket.resolved",
        "ticket.noted",
    ]
    closed = act(officer, "CLOSE").json()["data"]
    assert closed["state"] == "CLOSED"


def test_a_rejected_demand_denies_the_case(act: Act, ticket: Ticket, officer: Visitor) -> None:
    act(officer, "RESOLVE", category="DEMAND_REJECTED", note=WHY)
    assert case_of(ticket).status == "DENIED"


@pytest.mark.parametrize(
    "fields",
    [
        {"category": "ACCEPTED_OTHER", "note": "too short"},
        {"category": "ACCEPTED_OTHER"},
        {"category": "SOMETHING", "note": WHY},
        {"note": WHY},
    ],
)
def test_an_answer_needs_a_category_and_words(
    act: Act, ticket: Ticket, officer: Visitor, fields: dict[str, str]
) -> None:
    refused = act(officer, "RESOLVE", **fields)
    assert refused.status_code == 400
    assert refused.json()["error"]["fields"]
    assert case_of(ticket).status == "SUBMITTED"


def test_what_does_not_fit_the_state_is_refused(act: Act, ticket: Ticket, officer: Visitor) -> None:
    assert act(officer, "GRC_DECIDE", note=WHY).status_code == 409
    act(officer, "ACKNOWLEDGE")
    assert act(officer, "ACKNOWLEDGE").status_code == 409
    assert act(officer, "CLOSE").status_code == 409
    assert act(officer, "DANCE").status_code == 400


def test_who_decides_on_an_old_version_is_refused(
    act: Act, ticket: Ticket, officer: Visitor
) -> None:
    version = officer.get(f"/tickets/{ticket.uid}").json()["data"]["version"]
    assert act(officer, "ACKNOWLEDGE", version=version).status_code == 200
    refused = act(officer, "NOTE", note="I did not see that.", version=version)
    assert refused.status_code == 409
    assert not TicketNote.objects.exists()


def test_notes_are_sealed_and_shown_to_officers(act: Act, ticket: Ticket, officer: Visitor) -> None:
    act(officer, "NOTE", note="Spoke with the neighbour Hari.")
    act(officer, "FIELD_REPORT", note="The drain is blocked by gravel.")
    detail = officer.get(f"/tickets/{ticket.uid}").json()["data"]
    assert [(note["kind"], note["text"]) for note in detail["notes"]] == [
        ("NOTE", "Spoke with the neighbour Hari."),
        ("FIELD_REPORT", "The drain is blocked by gravel."),
    ]
    assert detail["grievance"]["grievance_description"].startswith("Dust from the road")
    assert "Hari" not in str(list(Event.objects.values_list("payload", "message")))
    assert "ram@example.com" not in str(detail)
    assert "9841234567" not in str(detail)


def test_a_hearing_shows_until_it_decided(act: Act, ticket: Ticket, officer: Visitor) -> None:
    act(officer, "ACKNOWLEDGE")
    assert act(officer, "GRC_CONVENE").status_code == 400
    set_ = act(officer, "GRC_CONVENE", hearing_on="2040-01-02").json()["data"]
    assert set_["state"] == "GRC_HEARING_SCHEDULED"
    assert set_["hearing_on"]["bs"] == "2096-09-18"
    assert [
        one["ticket_id"] for one in officer.get("/tickets?state=in_progress").json()["data"]
    ] == []
    decided = act(officer, "GRC_DECIDE", note="The committee asks for a new drain.").json()["data"]
    assert decided["state"] == "IN_PROGRESS"


def test_a_ticket_goes_to_a_colleague_of_the_same_office_only(
    act: Act, ticket: Ticket, officer: Visitor, jhapa: Office, morang: Office
) -> None:
    seat("gita", jhapa)
    seat("hari", morang)
    colleague, stranger = (User.objects.get(username=name).pk for name in ("gita", "hari"))
    assert act(officer, "REASSIGNMENT_REQUESTED", note="I am related to her.").status_code == 200
    assert act(officer, "REASSIGN", assignee=stranger).status_code == 400
    assert act(officer, "REASSIGN", assignee=2_000_000_000).status_code == 400
    done = act(officer, "REASSIGN", assignee=colleague).json()["data"]
    assert done["assignee"] == colleague


def test_other_offices_and_other_people_see_no_ticket(
    act: Act, ticket: Ticket, other_officer: Visitor, nobody: Visitor, bot: Visitor
) -> None:
    for path in (f"/tickets/{ticket.uid}", f"/tickets/{ticket.uid}/duplicates"):
        assert other_officer.get(path).status_code == 404
        assert nobody.get(path).status_code == 403
        assert bot.get(path).status_code == 403
    assert act(other_officer, "ACKNOWLEDGE").status_code == 404
    assert other_officer.get("/tickets").json()["data"] == []
    assert other_officer.get("/tickets/not-a-uuid").status_code == 404


def test_an_escalated_ticket_is_read_by_the_office_it_left_and_decided_by_the_next(
    act: Act,
    ticket: Ticket,
    officer: Visitor,
    admin: Visitor,
    morang: Office,
    other_officer: Visitor,
) -> None:
    rule = {
        "name": "Project office",
        "response_hours": 14,
        "resolution_days": 7,
        "office": morang.code,
    }
    assert admin.call("PUT", "/workflows/standard/2", rule).status_code == 200
    moved = act(officer, "ESCALATE", note="This needs the project's engineer.").json()["data"]
    assert (moved["level"], moved["office"], moved["state"]) == (2, morang.code, "ESCALATED")
    assert officer.get(f"/tickets/{ticket.uid}").status_code == 200
    assert act(officer, "ACKNOWLEDGE").status_code == 403
    assert act(other_officer, "ACKNOWLEDGE").status_code == 200
    clock = other_officer.get(f"/tickets/{ticket.uid}").json()["data"]["clock"]
    assert [step["level"] for step in clock] == [1, 2]


def test_the_fourth_level_is_the_last(act: Act, ticket: Ticket, officer: Visitor) -> None:
    for level in (2, 3, 4):
        done = act(officer, "ESCALATE", note="Nobody here can decide this.").json()["data"]
        assert done["level"] == level
    assert act(officer, "ESCALATE", note="Nobody here can decide this.").status_code == 409


def test_a_status_changed_by_another_door_moves_the_ticket_too(
    act: Act, ticket: Ticket, officer: Visitor
) -> None:
    case = case_of(ticket)
    officer.post(f"/api/grievance/{case.grievance_id}/status", {"status_code": "UNDER_EVALUATION"})
    found = officer.get(f"/tickets/{ticket.uid}").json()["data"]
    assert (found["state"], bool(found["responded_at"])) == ("IN_PROGRESS", True)
    act(officer, "RESOLVE", category="ACCEPTED_OTHER", note=WHY)
    change_status(case_of(ticket), "DISPUTED", actor="complainant", by_complainant=True)
    found = officer.get(f"/tickets/{ticket.uid}").json()["data"]
    assert (found["state"], found["resolved_at"]) == ("OPEN", None)
    assert len(found["clock"]) == 2


def test_only_administrators_change_rules(ticket: Ticket, officer: Visitor, admin: Visitor) -> None:
    rule: dict[str, Any] = {"name": "Desk", "response_hours": 2, "resolution_days": 1}
    assert officer.call("PUT", "/workflows/standard/1", rule).status_code == 403
    assert admin.call("PUT", "/workflows/standard/5", rule).status_code == 404
    assert admin.call("PUT", "/workflows/nonsense/1", rule).status_code == 404
    assert admin.call("PUT", "/workflows/standard/1", {**rule, "office": "none"}).status_code == 400
    assert (
        admin.call("PUT", "/workflows/standard/1", {**rule, "response_hours": 0}).status_code == 400
    )
    assert admin.call("PUT", "/workflows/standard/1", rule).status_code == 200
    shown = officer.get("/workflows").json()["data"]
    assert len(shown) == 8
    assert shown[0] == {
        "track": "standard",
        "level": 1,
        "name_ne": "",
        "office": None,
        **{name: rule[name] for name in ("name", "response_hours", "resolution_days")},
    }


def test_holidays_are_shown_to_officers_and_set_by_administrators(
    ticket: Ticket, officer: Visitor, admin: Visitor
) -> None:
    path = "/holidays/2026-11-24"
    assert officer.call("PUT", path, {"name": "Festival"}).status_code == 403
    assert admin.call("PUT", path, {"name": "Festival"}).status_code == 200
    assert admin.call("PUT", "/holidays/someday", {"name": "Festival"}).status_code == 404
    [shown] = officer.get("/holidays").json()["data"]
    assert (shown["day"]["at"], shown["day"]["bs"]) == ("2026-11-24", "2083-08-08")
    assert officer.call("DELETE", path).status_code == 403
    assert admin.call("DELETE", path).status_code == 200
    assert admin.call("DELETE", path).status_code == 404


def test_places_are_open_to_everybody(nobody: Visitor) -> None:
    assert len(nobody.get("/places").json()["data"]) == 7
    assert len(nobody.get("/places?parent=ko").json()["data"]) == 14
    assert nobody.get("/places?parent=JH").json()["data"][3] == {
        "kind": "municipality",
        "code": "JH-04",
        "parent": "JH",
        "name_en": "Birtamod",
        "name_ne": "बिर्तामोड",
    }
