"""What officers do with a ticket. Each is one transaction: case, ticket, note and log together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from bureau.desks.grievances.cases.conversation import reply
from bureau.desks.grievances.cases.status_changes import change_status
from bureau.desks.grievances.errors import StatusConflict
from bureau.desks.grievances.helpdesk.access import colleagues_at, may_be_assigned
from bureau.desks.grievances.helpdesk.models import (
    NoteKind,
    Resolution,
    Ticket,
    TicketNote,
    Track,
)
from bureau.desks.grievances.helpdesk.tickets.clocks import refresh
from bureau.desks.grievances.helpdesk.tickets.workflow import (
    LAST_LEVEL,
    calendar,
    rules_of,
    state_of,
)
from bureau.desks.grievances.messaging.messages import tell_hearing
from bureau.desks.grievances.messaging.offices import tell_office, tell_officer
from bureau.desks.grievances.models import Grievance, Office
from bureau.desks.grievances.statuses import Status
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import InvalidInput
from bureau.kernel.events.log import emit

LEAST_NOTE, MOST_NOTE = 12, 5_000


class Action(StrEnum):
    """The contract's names."""

    ACKNOWLEDGE = "ACKNOWLEDGE"
    ESCALATE = "ESCALATE"
    RESOLVE = "RESOLVE"
    CLOSE = "CLOSE"
    REPLY = "REPLY"
    NOTE = "NOTE"
    FIELD_REPORT = "FIELD_REPORT"
    GRC_CONVENE = "GRC_CONVENE"
    GRC_DECIDE = "GRC_DECIDE"
    TRANSFER = "TRANSFER"
    REASSIGN = "REASSIGN"
    REASSIGNMENT_REQUESTED = "REASSIGNMENT_REQUESTED"


@dataclass(frozen=True)
class Request:
    """What an officer asks for; which fields count depends on the action.

    Attributes:
        note: for the offices only.
        reply: what the complainant reads; None where the client does not know the field.
    """

    action: Action
    note: str = ""
    reply: str | None = None
    category: str = ""
    assignee: int | None = None
    hearing_on: date | None = None
    office: str = ""


def act(ticket: Ticket, user: User, request: Request, *, version: int | None = None) -> Ticket:
    """Do one action.

    Args:
        version: the ticket's version that the officer decided on; None accepts any.

    Raises:
        InvalidInput: a field that the action needs is missing or wrong.
        StatusConflict: the action does not fit the state, or the ticket changed in between.
    """
    request = _checked(request)
    actor = f"user:{user.pk}"
    with locked(ticket, version) as held:
        _VERBS[request.action](held, request, user, actor)
    return held


@contextmanager
def locked(ticket: Ticket, version: int | None = None) -> Iterator[Ticket]:
    """A transaction that holds case and ticket, always in this order; ends with a new version.

    Raises:
        StatusConflict: the ticket has another version by now.
    """
    with transaction.atomic():
        case = Grievance.objects.held().get(pk=ticket.grievance_id)
        held = (
            Ticket.objects.select_for_update(of=("self",), no_key=True)
            .select_related("office")
            .get(pk=ticket.pk)
        )
        if version is not None and version != held.version:
            raise StatusConflict(f"The ticket was changed in between (version {held.version}).")
        held.grievance = case
        yield held
        held.version += 1
        held.save()
        refresh(held)


def escalate(ticket: Ticket, actor: str, reason: str) -> None:
    """Pass a held ticket to the next level; `reason` is `manual`, `response` or `resolution`.

    Raises:
        StatusConflict: it is on the last level, or answered.
    """
    if ticket.level >= LAST_LEVEL:
        raise StatusConflict(f"Level {LAST_LEVEL} is the last one.")
    _require_state(ticket, "OPEN", "IN_PROGRESS", "ESCALATED", "GRC_HEARING_SCHEDULED")
    ticket.level += 1
    ticket.assignee, ticket.hearing_on = None, None
    code = rules_of(ticket.track)[ticket.level].office
    if code:
        ticket.office = Office.objects.get(code=code)
    if ticket.grievance.status != Status.ESCALATED:
        _move(ticket, Status.ESCALATED, actor)
    office = ticket.office.code if ticket.office else None
    _tell(ticket, "ticket.escalated", actor, level=ticket.level, reason=reason, office=office)
    refresh(ticket)
    tell_office(ticket, "ticket_escalated")


def note_is_answer(request: Request) -> bool:
    """Whether the note goes to the complainant: clients older than `reply` write the answer there."""
    return request.action is Action.RESOLVE and request.reply is None


def _checked(request: Request) -> Request:
    """The request with its words in their places.

    Raises:
        InvalidInput: a text that the action needs is missing or too short.
    """
    if note_is_answer(request):
        _check_length("note", request.note, LEAST_NOTE)
        # it stands among the notes too, where such clients read it
        return replace(request, reply=request.note.strip())
    reply = (request.reply or "").strip()
    needs_reply = request.action in _NEED_REPLY and not (
        request.action is Action.GRC_DECIDE and request.note.strip()
    )
    _check_length("reply", reply, LEAST_REPLY[request.action] if needs_reply else 0)
    needs_note = request.action in _NEED_NOTE and not reply
    _check_length("note", request.note, LEAST_NOTE if needs_note else 0)
    if reply and request.action not in _TAKE_REPLY:
        raise InvalidInput(
            f"{request.action} says nothing to the complainant; use REPLY for that.",
            fields={"reply": ["Leave it empty, or use the action REPLY."]},
        )
    return replace(request, reply=reply)


def _check_length(field: str, text: str, least: int) -> None:
    if not least <= len(text.strip()) <= MOST_NOTE:
        raise InvalidInput(fields={field: [f"Write {least} to {MOST_NOTE} characters."]})


# --- verbs --------------------------------------------------------------------------------------


def _acknowledge(ticket: Ticket, request: Request, user: User, actor: str) -> None:
    _require_state(ticket, "OPEN", "ESCALATED")
    if ticket.assignee_id is None and may_be_assigned(user, ticket):
        ticket.assignee = user
    _move(ticket, Status.UNDER_EVALUATION, actor)
    _tell(ticket, "ticket.acknowledged", actor)
    _write(ticket, NoteKind.NOTE, request.note, actor)


def _escalate(ticket: Ticket, request: Request, user: User, actor: str) -> None:
    escalate(ticket, actor, "manual")
    _write(ticket, NoteKind.ESCALATION, request.note, actor)


def _resolve(ticket: Ticket, request: Request, user: User, actor: str) -> None:
    if request.category not in Resolution.values:
        raise InvalidInput(fields={"category": [f"One of {', '.join(Resolution.values)}."]})
    rejected = request.category == Resolution.DEMAND_REJECTED
    ticket.resolution, ticket.hearing_on = request.category, None
    _move(ticket, Status.DENIED if rejected else Status.RESOLVED, actor, request.reply)
    _tell(ticket, "ticket.resolved", actor, category=request.category)
    _write(ticket, NoteKind.RESOLUTION, request.note, actor)


def _close(ticket: Ticket, request: Request, user: User, actor: str) -> None:
    _move(ticket, Status.CLOSED, actor, request.reply)
    _tell(ticket, "ticket.closed", actor)
    _write(ticket, NoteKind.NOTE, request.note, actor)


def _reply(ticket: Ticket, request: Request, user: User, actor: str) -> None:
    reply(ticket.grievance, request.reply or "", actor=actor)
    _write(ticket, NoteKind.NOTE, request.note, actor)


def _note(ticket: Ticket, request: Request, user: User, actor: str) -> None:
    _write(ticket, NoteKind.NOTE, request.note, actor)


def _field_report(ticket: Ticket, request: Request, user: User, actor: str) -> None:
    _write(ticket, NoteKind.FIELD_REPORT, request.note, actor)


def _convene(ticket: Ticket, request: Request, user: User, actor: str) -> None:
    _require_state(ticket, "IN_PROGRESS", "ESCALATED", "GRC_HEARING_SCHEDULED")
    ticket.hearing_on = _open_day(request.hearing_on)
    _tell(ticket, "ticket.hearing_set", actor, on=ticket.hearing_on.isoformat())
    tell_hearing(ticket.grievance, ticket.hearing_on)
    _write(ticket, NoteKind.HEARING, request.note, actor)


def _open_day(day: date | None) -> date:
    """A day on which somebody can come to a hearing: not over, and not closed."""
    offices = calendar()
    if day is None:
        raise InvalidInput(fields={"hearing_on": ["Say on which day."]})
    if day < timezone.localdate(timezone=offices.zone):
        raise InvalidInput(fields={"hearing_on": ["This day is over."]})
    if not offices.is_open(day):
        raise InvalidInput(fields={"hearing_on": ["The offices are closed on this day."]})
    return day


def _decide(ticket: Ticket, request: Request, user: User, actor: str) -> None:
    _require_state(ticket, "GRC_HEARING_SCHEDULED")
    ticket.hearing_on = None
    _tell(ticket, "ticket.hearing_decided", actor)
    if request.reply:
        reply(ticket.grievance, request.reply, actor=actor)
    _write(ticket, NoteKind.HEARING, request.note, actor)


def _transfer(ticket: Ticket, request: Request, user: User, actor: str) -> None:
    """Give the case to another office, which is the only one that sees it then."""
    if ticket.grievance.status == Status.CLOSED:
        raise StatusConflict("The ticket is CLOSED; a closed case stays where it was answered.")
    wanted = Office.objects.filter(code__iexact=request.office.strip(), is_active=True).first()
    if wanted is None or wanted == ticket.office:
        raise InvalidInput(fields={"office": ["The code of another office that is active."]})
    before = ticket.office.code if ticket.office else None
    ticket.office, ticket.assignee = wanted, None
    ticket.grievance.office = wanted
    ticket.grievance.save(update_fields=["office", "modified_at"])
    if ticket.track == Track.SENSITIVE and not colleagues_at(ticket).exists():
        sentence = "Nobody in that office is named for sensitive cases."
        raise InvalidInput(sentence, fields={"office": [sentence]})
    _tell(ticket, "ticket.transferred", actor, before=before, after=wanted.code)
    tell_office(ticket, "ticket_new")
    _write(ticket, NoteKind.TRANSFER, request.note, actor)


def _reassign(ticket: Ticket, request: Request, user: User, actor: str) -> None:
    wanted = User.objects.filter(pk=request.assignee or 0, is_active=True).first()
    if wanted is None or not may_be_assigned(wanted, ticket):
        raise InvalidInput(fields={"assignee": ["Choose an officer of the ticket's office."]})
    before, ticket.assignee = ticket.assignee_id, wanted
    _tell(ticket, "ticket.reassigned", actor, before=before, after=wanted.pk)
    if wanted != user:
        tell_officer(ticket, wanted, "ticket_assigned")
    _write(ticket, NoteKind.REASSIGNMENT, request.note, actor)


def _ask_reassignment(ticket: Ticket, request: Request, user: User, actor: str) -> None:
    _tell(ticket, "ticket.reassignment_requested", actor)
    _write(ticket, NoteKind.REASSIGNMENT, request.note, actor)


_VERBS = {
    Action.ACKNOWLEDGE: _acknowledge,
    Action.ESCALATE: _escalate,
    Action.RESOLVE: _resolve,
    Action.CLOSE: _close,
    Action.REPLY: _reply,
    Action.NOTE: _note,
    Action.FIELD_REPORT: _field_report,
    Action.GRC_CONVENE: _convene,
    Action.GRC_DECIDE: _decide,
    Action.TRANSFER: _transfer,
    Action.REASSIGN: _reassign,
    Action.REASSIGNMENT_REQUESTED: _ask_reassignment,
}
_NEED_NOTE = frozenset(
    {
        Action.ESCALATE,
        Action.TRANSFER,
        Action.NOTE,
        Action.FIELD_REPORT,
        Action.GRC_DECIDE,
        Action.REASSIGNMENT_REQUESTED,
    }
)
# what the complainant reads, with the fewest characters; a hearing may end with a note alone
_NEED_REPLY = frozenset({Action.RESOLVE, Action.GRC_DECIDE, Action.REPLY})
_TAKE_REPLY = _NEED_REPLY | {Action.CLOSE}
LEAST_REPLY = {Action.RESOLVE: LEAST_NOTE, Action.GRC_DECIDE: LEAST_NOTE, Action.REPLY: 1}


# --- what they share ------------------------------------------------------------------------------


def _require_state(ticket: Ticket, *allowed: str) -> None:
    state = state_of(ticket.grievance.status, hearing=ticket.hearing_on is not None)
    if state not in allowed:
        raise StatusConflict(f"The ticket is {state}; this needs {' or '.join(allowed)}.")


def _move(ticket: Ticket, status: str, actor: str, reply: str | None = None) -> None:
    notes = reply or ""
    ticket.grievance = change_status(ticket.grievance, status, actor=actor, notes=notes)


def _write(ticket: Ticket, kind: str, text: str, author: str) -> None:
    text = text.strip()
    if not text:
        return
    written = TicketNote.objects.create(ticket=ticket, kind=kind, text=text, author=author)
    _tell(ticket, "ticket.noted", author, note=str(written.uid), kind=kind)


def _tell(ticket: Ticket, type: str, actor: str, **facts: object) -> None:
    payload = {"ticket": str(ticket.uid), **facts}
    emit(ticket.grievance.stream, type, payload=payload, actor=actor)
