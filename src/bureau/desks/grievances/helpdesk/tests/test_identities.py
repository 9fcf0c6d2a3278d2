"""Who filed a case: sealed, opened for a reason and a while, seen by auditor and person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.desks.grievances.helpdesk.models import Ticket
from bureau.desks.grievances.helpdesk.tests.conftest import account, case_of, file_another, seat
from bureau.desks.grievances.models import Office
from bureau.desks.grievances.tests.conftest import Visitor
from bureau.kernel.accounts.models import Role
from bureau.kernel.events.models import Event
from bureau.kernel.vault.models import Reveal

pytestmark = pytest.mark.django_db
WHY = "I have to call her back about the visit."


def test_an_officer_opens_an_identity_with_a_reason(ticket: Ticket, officer: Visitor) -> None:
    path = f"/tickets/{ticket.uid}"
    assert officer.get(f"{path}/identity").status_code == 403
    assert officer.post(f"{path}/reveal", {"reason": "because"}).status_code == 400
    assert officer.post(f"{path}/reveal", {"reason": WHY, "minutes": 500}).status_code == 400
    assert officer.get(f"{path}/identity").status_code == 403

    assert officer.post(f"{path}/reveal", {"reason": WHY}).status_code == 200
    found = officer.get(f"{path}/identity").json()["data"]
    assert found["full_name"] == "Ram Bahadur Thapa"
    assert found["phone"] == "+9779841234567"
    assert found["expires_at"]["bs"]


def test_it_opens_for_the_one_who_asked_and_not_for_long(
    ticket: Ticket, officer: Visitor, jhapa: Office
) -> None:
    path = f"/tickets/{ticket.uid}"
    colleague = seat("gita", jhapa)
    officer.post(f"{path}/reveal", {"reason": WHY})
    assert colleague.get(f"{path}/identity").status_code == 403
    Reveal.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert officer.get(f"{path}/identity").status_code == 403

    officer.post(f"{path}/reveal", {"reason": WHY})
    assert officer.call("DELETE", f"{path}/reveal").json()["data"] == {"ended": True}
    assert officer.get(f"{path}/identity").status_code == 403


def test_another_office_cannot_even_ask(ticket: Ticket, other_officer: Visitor) -> None:
    refused = other_officer.post(f"/tickets/{ticket.uid}/reveal", {"reason": WHY})
    assert refused.status_code == 404
    assert not Reveal.objects.exists()


def test_the_auditor_sees_every_opening_with_its_reason(
    ticket: Ticket, officer: Visitor, admin: Visitor
) -> None:
    auditor = account("asha", Role.AUDITOR)
    officer.post(f"/tickets/{ticket.uid}/reveal", {"reason": WHY})
    officer.get(f"/tickets/{ticket.uid}/identity")
    for who in (auditor, admin):
        [seen] = who.get("/reveals").json()["data"]
        assert (seen["reason"], seen["reads"]) == (WHY, 1)
        assert "Ram" not in str(seen)
    assert officer.get("/reveals").status_code == 403
    types = Event.objects.filter(stream="vault").order_by("id").values_list("type", flat=True)
    assert list(types) == ["vault.identity_revealed", "vault.identity_read"]
    assert Event.objects.filter(type="ticket.identity_revealed").count() == 1
    assert WHY not in str(list(Event.objects.values_list("payload", flat=True)))


def test_the_person_sees_when_their_identity_was_opened(
    ticket: Ticket, officer: Visitor, bot: Visitor
) -> None:
    path = f"/grievance-status/{case_of(ticket).grievance_id}"
    assert bot.get(path).json()["grievance"]["identity_opened"] == []
    officer.post(f"/tickets/{ticket.uid}/reveal", {"reason": WHY})
    [seen] = bot.get(path).json()["grievance"]["identity_opened"]
    assert set(seen) == {"at", "until"}


def test_there_is_nothing_to_open_behind_an_anonymous_case(
    officer: Visitor, nobody: Visitor
) -> None:
    ticket = file_another(nobody, anonymous="true")
    refused = officer.post(f"/tickets/{ticket.uid}/reveal", {"reason": WHY})
    assert refused.status_code == 409


def test_sensitive_cases_are_for_named_people_only(
    officer: Visitor, jhapa: Office, nobody: Visitor, admin: Visitor
) -> None:
    named = seat("gita", jhapa, sensitive=True)
    ticket = file_another(
        nobody, grievance_description="A worker of the contractor raped a girl near the camp."
    )
    assert (ticket.track, ticket.priority) == ("sensitive", "HIGH")
    path = f"/tickets/{ticket.uid}"
    assert officer.get(path).status_code == 404
    assert officer.get("/tickets?track=sensitive").json()["data"] == []
    assert officer.post(f"{path}/reveal", {"reason": WHY}).status_code == 404
    assert named.get(path).status_code == 200
    assert named.get("/tickets").json()["data"] == []
    assert len(named.get("/tickets?track=sensitive").json()["data"]) == 1
    assert admin.get(path).status_code == 200
    assert officer.get("/reports/tickets").json()["data"]["total"] == 0
    assert named.get("/reports/tickets").json()["data"]["by_track"] == {"sensitive": 1}
