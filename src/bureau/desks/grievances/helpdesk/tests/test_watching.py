"""What is late climbs by itself, once a level, and rules that change are applied."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from bureau.desks.grievances.errors import StatusConflict
from bureau.desks.grievances.helpdesk.models import Holiday, Ticket, WorkflowStep
from bureau.desks.grievances.helpdesk.services import watching
from bureau.desks.grievances.helpdesk.services.watching import watch
from bureau.desks.grievances.helpdesk.tests.conftest import Act, case_of, file_another
from bureau.desks.grievances.models import Change, Office
from bureau.desks.grievances.tests.conftest import Visitor
from bureau.kernel.events.models import Event
from bureau.kernel.notify.models import Message

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


def level(ticket: Ticket) -> int:
    return Ticket.objects.get(pk=ticket.pk).level


def test_nothing_climbs_before_its_time(ticket: Ticket) -> None:
    assert watch() == {"opened": 0, "recomputed": 0, "escalated": 0}
    assert level(ticket) == 1


def test_a_late_ticket_climbs_level_by_level_and_stops_at_the_last(ticket: Ticket) -> None:
    later = timezone.now() + YEAR
    for expected in (2, 3, 4):
        assert watch(later)["escalated"] == 1
        assert level(ticket) == expected
    assert watch(later)["escalated"] == 0
    assert watch(later)["escalated"] == 0
    events = Event.objects.filter(stream=case_of(ticket).stream).order_by("id")
    types = [event.type for event in events if event.type.startswith("ticket.")]
    assert types == ["ticket.opened", *["ticket.escalated"] * 3, "ticket.breached"]
    assert {event.actor for event in events if event.type == "ticket.escalated"} == {""}
    assert case_of(ticket).status == "ESCALATED"
    assert Change.objects.filter(status_code="ESCALATED").get().created_by == "system"


def test_a_ticket_that_was_taken_up_has_until_its_answer_is_due(
    ticket: Ticket, act: Act, officer: Visitor
) -> None:
    ticket.refresh_from_db()
    assert ticket.respond_by
    after_response = ticket.respond_by + timedelta(minutes=1)
    act(officer, "ACKNOWLEDGE")
    assert watch(after_response)["escalated"] == 0
    ticket.refresh_from_db()
    assert ticket.resolve_by
    assert watch(ticket.resolve_by + timedelta(minutes=1))["escalated"] == 1
    found = Event.objects.get(type="ticket.escalated")
    assert found.payload["reason"] == "resolution"
    assert Ticket.objects.get(pk=ticket.pk).late_steps == 0  # it ended before its time really came


def test_an_answered_ticket_never_climbs(ticket: Ticket, act: Act, officer: Visitor) -> None:
    act(officer, "RESOLVE", category="ACCEPTED_OTHER", note="The drain was repaired.")
    assert watch(timezone.now() + YEAR)["escalated"] == 0


def test_a_changed_rule_recomputes_open_and_answered_tickets(ticket: Ticket) -> None:
    before = Ticket.objects.get(pk=ticket.pk).resolve_by
    WorkflowStep.objects.create(
        track="standard", level=1, name="Desk", response_hours=1, resolution_days=1
    )
    assert watch()["recomputed"] == 1
    ticket.refresh_from_db()
    assert before
    assert ticket.resolve_by
    assert ticket.resolve_by < before
    assert watch()["recomputed"] == 0


def test_a_new_holiday_moves_what_is_due(ticket: Ticket) -> None:
    ticket.refresh_from_db()
    before = ticket.resolve_by
    today = date.today()
    Holiday.objects.bulk_create(
        [Holiday(day=today + timedelta(days=days)) for days in range(-1, 10)]
    )
    watch()
    ticket.refresh_from_db()
    assert before
    assert ticket.resolve_by
    assert ticket.resolve_by > before


def test_cases_without_a_ticket_get_one(ticket: Ticket) -> None:
    Ticket.objects.all().delete()
    assert watch()["opened"] == 1
    assert Ticket.objects.get().grievance == case_of(ticket)
    assert watch()["opened"] == 0


@pytest.fixture
def up_to_morang(morang: Office) -> Office:
    """The second level is another office."""
    WorkflowStep.objects.create(
        track="standard", level=2, name="Up", response_hours=1, resolution_days=1, office=morang
    )
    return morang


def test_the_office_that_a_late_ticket_goes_to_is_written_to(
    ticket: Ticket, up_to_morang: Office
) -> None:
    up_to_morang.contact_email = "project@office.example"
    up_to_morang.save()
    watch(timezone.now() + YEAR)
    mail = Message.objects.get(template="ticket_escalated")
    assert (mail.recipient, mail.subject) == ("project@office.example", case_of(ticket).stream)
    text = json.loads(mail.content)["text"]
    assert case_of(ticket).grievance_id in text
    assert "Ram" not in text


def test_a_mistyped_mail_box_of_an_office_keeps_nothing_from_climbing(
    ticket: Ticket, up_to_morang: Office
) -> None:
    up_to_morang.contact_email = "office at example"
    up_to_morang.save()
    assert watch(timezone.now() + YEAR)["escalated"] == 1
    assert Event.objects.filter(type="ticket.office_unreachable").count() == 1


def test_a_ticket_that_cannot_climb_does_not_hold_up_the_others(
    ticket: Ticket, nobody: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = file_another(nobody)
    climb = watching.escalate

    def stuck(one: Ticket, actor: str, reason: str) -> None:
        if one.pk == ticket.pk:
            raise StatusConflict("stuck")
        climb(one, actor, reason)

    monkeypatch.setattr(watching, "escalate", stuck)
    assert watch(timezone.now() + YEAR)["escalated"] == 1
    assert (level(ticket), level(other)) == (1, 2)
