"""Queues, figures and likely duplicates."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bureau.desks.grievances.helpdesk.models import Ticket
from bureau.desks.grievances.helpdesk.services.duplicates import likeness
from bureau.desks.grievances.helpdesk.tests.conftest import Act, case_of, file_another
from bureau.desks.grievances.models import Grievance
from bureau.desks.grievances.tests.conftest import Visitor

pytestmark = pytest.mark.django_db


def found(who: Visitor, query: str) -> list[str]:
    answer = who.get(f"/tickets?{query}")
    assert answer.status_code == 200, answer.content
    return [one["ticket_id"] for one in answer.json()["data"]]


def test_tickets_are_found_by_what_is_not_sealed(
    ticket: Ticket, officer: Visitor, nobody: Visitor, act: Act
) -> None:
    other = file_another(nobody, municipality="Damak", ward="2")
    mine, both = [str(ticket.uid)], [str(other.uid), str(ticket.uid)]
    act(officer, "ACKNOWLEDGE")
    assert found(officer, "") == both
    assert found(officer, "state=IN_PROGRESS") == mine
    assert found(officer, "state=OPEN") == [str(other.uid)]
    assert found(officer, "assignee=me") == mine
    assert found(officer, "assignee=none") == [str(other.uid)]
    assert found(officer, "municipality=birtamod&district=JH&province=KO") == mine
    assert found(officer, "office=jh-01&level=1&priority=normal") == both
    assert found(officer, f"case={case_of(ticket).grievance_id}") == mine
    assert found(officer, f"case={case_of(ticket).short_id}") == mine
    assert found(officer, "overdue=true") == []
    assert found(officer, "overdue=false") == both
    Ticket.objects.filter(pk=other.pk).update(resolve_by=timezone.now())
    assert found(officer, "overdue=true") == [str(other.uid)]


@pytest.mark.parametrize(
    "query",
    [
        "state=asleep",
        "track=odd",
        "level=9",
        "assignee=x",
        "assignee=²",
        "overdue=maybe",
        "priority=x",
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(
    ticket: Ticket, officer: Visitor, query: str
) -> None:
    assert officer.get(f"/tickets?{query}").status_code == 400


def test_lists_come_in_pages(ticket: Ticket, officer: Visitor) -> None:
    answer = officer.get("/tickets").json()
    assert (answer["count"], answer["next"], answer["previous"]) == (1, None, None)
    assert officer.get("/tickets?page=2").status_code == 404


def test_likely_duplicates_are_named_best_first(
    ticket: Ticket, officer: Visitor, nobody: Visitor
) -> None:
    same = file_another(
        nobody, grievance_description="All day dust of the road works covers houses"
    )
    file_another(nobody, grievance_description="Wages were not paid to the night watchman")
    far = file_another(
        nobody,
        district="MO",
        grievance_description="Dust from the road works covers our houses all day.",
    )
    answer = officer.get(f"/tickets/{ticket.uid}/duplicates").json()["data"]
    assert [one["grievance"]["grievance_id"] for one in answer] == [case_of(same).grievance_id]
    assert 60 <= answer[0]["score"] <= 100
    assert case_of(far).grievance_id not in str(answer)
    assert "dust" not in str(answer).lower()


def test_likeness_knows_nepali() -> None:
    one = Grievance(description="सडक निर्माणको धुलोले घर ढाकियो", municipality="Birtamod", ward=4)
    same = Grievance(description="धुलोले घर ढाकियो, सडक निर्माणको", municipality="birtamod", ward=4)
    other = Grievance(description="खानेपानीको पाइप फुट्यो", municipality="Birtamod", ward=4)
    assert likeness(one, same) > 80
    assert likeness(one, other) < 60


def test_figures_count_what_the_viewer_may_see(
    ticket: Ticket, officer: Visitor, other_officer: Visitor, act: Act, nobody: Visitor
) -> None:
    file_another(nobody)
    act(officer, "RESOLVE", category="ACCEPTED_OTHER", note="The drain was repaired.")
    found = officer.get("/reports/tickets").json()["data"]
    assert found["total"] == 2
    assert found["by_state"] == {"OPEN": 1, "RESOLVED": 1}
    assert found["by_resolution"] == {"ACCEPTED_OTHER": 1}
    assert found["by_office"] == {"JH-01": 2}
    assert found["median_hours_to_resolution"] is not None
    assert other_officer.get("/reports/tickets").json()["data"]["total"] == 0


def test_a_long_queue_asks_the_database_no_more_than_a_short_one(
    ticket: Ticket, officer: Visitor, nobody: Visitor
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert officer.get("/tickets").status_code == 200
        return len(seen)

    queries()
    short = queries()
    for _ in range(3):
        file_another(nobody)
    assert queries() == short
