"""The helpdesk's routes: queues, one ticket, actions, identities, figures, workflows, places."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from bureau.desks.grievances.access import filed_cases_of
from bureau.desks.grievances.callers import Caller, DeskRequest, known, officer
from bureau.desks.grievances.cases.conversation import is_satisfied
from bureau.desks.grievances.cases.reading import (
    history_of,
    note_opened,
    recordings_of,
    translations_of,
)
from bureau.desks.grievances.helpdesk import access, schemas, shapes
from bureau.desks.grievances.helpdesk.models import Holiday, Ticket, Track
from bureau.desks.grievances.helpdesk.services.actions import Request, act, note_is_answer
from bureau.desks.grievances.helpdesk.services.deliveries import deliver_again, deliveries_of
from bureau.desks.grievances.helpdesk.services.duplicates import suggest
from bureau.desks.grievances.helpdesk.services.erasing import erase_case
from bureau.desks.grievances.helpdesk.services.rules import add_holiday, change_rule, remove_holiday
from bureau.desks.grievances.helpdesk.services.searching import FILTERS, matching
from bureau.desks.grievances.helpdesk.tickets.clock import Rule
from bureau.desks.grievances.helpdesk.tickets.clocks import steps
from bureau.desks.grievances.helpdesk.tickets.identity import (
    end_reveal,
    identity_of,
    reveal_identity,
    spoken_by,
)
from bureau.desks.grievances.helpdesk.tickets.workflow import rules_of
from bureau.desks.grievances.reports.figures import figures
from bureau.desks.grievances.routing.places import within
from bureau.desks.grievances.shapes import case_shape, recording_shape, translation_shape
from bureau.kernel.accounts.models import User
from bureau.kernel.accounts.paging import page_of
from bureau.kernel.errors import NotAllowed
from bureau.kernel.events.models import Event
from bureau.kernel.list_parameters import text_parameters

router = Router(tags=["helpdesk"], auth=officer)
Shape = dict[str, Any]
PAGE_SIZE = 50
NOTE_SENT = (
    "The note was sent to the complainant as the answer; with `reply` it stays in the offices."
)


def auditor(request: HttpRequest) -> Caller:
    """Accounts; which of them, `access.reveals_for` says.

    Raises:
        NotSignedIn, NotAllowed: anyone else.
    """
    caller = known(request)
    if caller.user is None:
        raise NotAllowed
    return caller


def _user(request: DeskRequest) -> User:
    assert request.auth.user is not None
    return request.auth.user


def _must_be_admin(request: DeskRequest) -> None:
    if not _user(request).is_admin:
        raise NotAllowed


def _answer(data: object) -> Shape:
    return {"status": "success", "message": "", "data": data}


def _page(request: DeskRequest, rows: Any, shape: Any) -> Shape:
    page = page_of(request, rows, size=PAGE_SIZE)
    found = _answer([shape(row) for row in page.results])
    return {**found, "count": page.count, "next": page.next, "previous": page.previous}


_PARAMETERS = text_parameters({**dict.fromkeys(FILTERS, ""), "page": ""})


@router.get("/tickets", response=Shape, openapi_extra={"parameters": _PARAMETERS})
def queue(request: DeskRequest) -> Shape:
    """The tickets of the own offices, newest first, 50 a page.

    Filters: state, track (standard unless asked for), level, assignee (me, none, number), overdue,
    priority, case, office (or none), province, district, municipality, category.
    """
    asked = {name: request.GET[name] for name in FILTERS if name in request.GET}
    rows = matching(access.tickets_of(_user(request)), _user(request), asked)
    return _page(request, rows, shapes.ticket_shape)


@router.get("/tickets/{ticket_id}", response=Shape)
def ticket_detail(request: DeskRequest, ticket_id: str) -> Shape:
    """A ticket with its case, clock, notes and log, without the identity."""
    ticket = access.ticket_for(_user(request), ticket_id)
    note_opened(ticket.grievance, request.auth)
    return _answer(_detail_shape(ticket, request.auth))


def _detail_shape(ticket: Ticket, caller: Caller) -> Shape:
    now = timezone.now()
    newest = Event.objects.filter(stream=ticket.grievance.stream).order_by("-id")[:200]
    log = list(reversed(newest))
    notes, history = list(ticket.notes.order_by("id")), history_of(ticket.grievance)
    return {
        **shapes.ticket_shape(ticket),
        "grievance": case_shape(ticket.grievance),
        "recordings": [recording_shape(one) for one in recordings_of(ticket.grievance, caller)],
        "translations": [translation_shape(one) for one in translations_of(ticket.grievance)],
        "clock": [shapes.step_shape(step, now) for step in steps(ticket)],
        "notes": [shapes.note_shape(note) for note in notes],
        "thread": shapes.thread_shape(notes, history, log),
        "satisfied": is_satisfied(history),
        "deliveries": [shapes.delivery_shape(one) for one in deliveries_of(ticket)],
        "log": [shapes.event_shape(event) for event in log],
    }


@router.post("/tickets/{ticket_id}/actions", response=Shape)
def action(request: DeskRequest, ticket_id: str, body: schemas.ActionIn) -> Shape:
    """Acknowledge, escalate, resolve, close, reply, note, report, convene, decide, reassign, transfer.

    What the complainant reads is `reply`; RESOLVE without that field sends the note as the answer.
    """
    ticket = access.ticket_to_act(_user(request), ticket_id)
    fields = body.model_dump(exclude={"version"})
    asked = Request(**fields)
    done = act(ticket, _user(request), asked, version=body.version)
    return {**_answer(shapes.ticket_shape(done)), "message": NOTE_SENT * note_is_answer(asked)}


@router.post("/tickets/{ticket_id}/messages/{message_id}/send-again", response=Shape)
def send_again(request: DeskRequest, ticket_id: str, message_id: str) -> Shape:
    """Send a message to the complainant anew, as the case stands now."""
    ticket = access.ticket_to_act(_user(request), ticket_id)
    deliver_again(ticket, message_id, actor=request.auth.actor)
    return _answer([shapes.delivery_shape(one) for one in deliveries_of(ticket)])


@router.get("/tickets/{ticket_id}/duplicates", response=Shape)
def duplicates(request: DeskRequest, ticket_id: str) -> Shape:
    """Cases of the own offices that may tell of the same thing, best first."""
    ticket = access.ticket_for(_user(request), ticket_id)
    among = filed_cases_of(_user(request)).select_related("complainant", "office")
    return _answer([shapes.suggestion_shape(one) for one in suggest(ticket.grievance, among)])


@router.post("/tickets/{ticket_id}/reveal", response=Shape)
def reveal(request: DeskRequest, ticket_id: str, body: schemas.RevealIn) -> Shape:
    """Open who filed the case, for a reason and a while; auditors and the person see it."""
    ticket = access.ticket_to_act(_user(request), ticket_id)
    opened = reveal_identity(ticket, _user(request), body.reason, body.minutes)
    return _answer(shapes.reveal_shape(opened, with_reason=False))


@router.delete("/tickets/{ticket_id}/reveal", response=Shape)
def conceal(request: DeskRequest, ticket_id: str) -> Shape:
    """Close the identity again before its time."""
    ticket = access.ticket_for(_user(request), ticket_id)
    return _answer({"ended": end_reveal(ticket, _user(request))})


@router.get("/tickets/{ticket_id}/identity", response=Shape)
def identity(request: DeskRequest, ticket_id: str) -> Shape:
    """Who filed the case, while a reveal of the caller's is open."""
    ticket = access.ticket_for(_user(request), ticket_id)
    under, found = identity_of(ticket, _user(request))
    spoken = [recording_shape(one) for one in spoken_by(ticket.grievance)]
    until = shapes.moment_shape(under.expires_at)
    return _answer({**found, "recordings": spoken, "expires_at": until})


@router.post("/tickets/{ticket_id}/erase", response=Shape)
def erase(request: DeskRequest, ticket_id: str) -> Shape:
    """Erase what the case says, its files and notes: administrators. Figures stay."""
    ticket = access.ticket_for(_user(request), ticket_id)
    _must_be_admin(request)
    done = erase_case(ticket.grievance, actor=request.auth.actor)
    return _answer({"erased": done})


@router.get("/reveals", auth=auditor, response=Shape)
def reveals(request: DeskRequest) -> Shape:
    """Every opening of an identity with its reason, newest first: auditors and administrators."""
    rows = access.reveals_for(_user(request))
    return _page(request, rows, lambda one: shapes.reveal_shape(one, with_reason=True))


@router.get("/reports/tickets", response=Shape)
def report(request: DeskRequest) -> Shape:
    """Figures about the tickets that the caller may see."""
    return _answer(figures(access.tickets_of(_user(request))))


@router.get("/workflows", response=Shape)
def workflows(request: DeskRequest) -> Shape:
    """The steps of both tracks, with their times."""
    return _answer(
        [
            shapes.rule_shape(track, rule)
            for track in Track.values
            for _, rule in sorted(rules_of(track).items())
        ]
    )


@router.put("/workflows/{track}/{level}", response=Shape)
def set_rule(request: DeskRequest, track: str, level: int, body: schemas.RuleIn) -> Shape:
    """Set a step: administrators. Moments of all tickets are computed anew from the log."""
    _must_be_admin(request)
    rule = Rule(level=level, **body.model_dump())
    return _answer(shapes.rule_shape(track, change_rule(track, rule, actor=request.auth.actor)))


@router.get("/holidays", response=Shape)
def holidays(request: DeskRequest) -> Shape:
    """The days on which offices are closed, in their order."""
    return _answer([shapes.holiday_shape(one) for one in Holiday.objects.order_by("day")])


@router.put("/holidays/{day}", response=Shape)
def set_holiday(request: DeskRequest, day: date, body: schemas.HolidayIn) -> Shape:
    """Close offices on a day: administrators."""
    _must_be_admin(request)
    return _answer(shapes.holiday_shape(add_holiday(day, body.name, actor=request.auth.actor)))


@router.delete("/holidays/{day}", response=Shape)
def delete_holiday(request: DeskRequest, day: date) -> Shape:
    """Open offices again on a day: administrators."""
    _must_be_admin(request)
    remove_holiday(day, actor=request.auth.actor)
    return _answer({"removed": day})


@router.get("/places", auth=None, response=Shape)
def places(request: HttpRequest, parent: Query[str] = "") -> Shape:
    """Nepal's provinces, or what lies in a province or district, in English and Nepali."""
    return _answer([shapes.place_shape(place) for place in within(parent.strip().upper())])
