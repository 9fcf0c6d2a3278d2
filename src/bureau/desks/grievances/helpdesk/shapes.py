"""How tickets look on the wire. Moments come with their Bikram Sambat date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from bureau.desks.grievances.cases.conversation import conversation
from bureau.desks.grievances.helpdesk.bikram import bikram_sambat
from bureau.desks.grievances.helpdesk.models import Holiday, Ticket, TicketNote
from bureau.desks.grievances.helpdesk.services.duplicates import Suggestion
from bureau.desks.grievances.helpdesk.tickets.clock import Rule, Step
from bureau.desks.grievances.helpdesk.tickets.clocks import lateness
from bureau.desks.grievances.helpdesk.tickets.workflow import state_of
from bureau.desks.grievances.models import Change
from bureau.desks.grievances.routing.places import Place, place_with
from bureau.desks.grievances.shapes import row_shape
from bureau.kernel.events.models import Event
from bureau.kernel.notify.models import Message
from bureau.kernel.vault.models import Reveal

Shape = dict[str, Any]


def moment_shape(moment: datetime | date | None) -> Shape | None:
    """A moment, with the Nepali date in Latin and Nepali digits."""
    if moment is None:
        return None
    found = bikram_sambat(moment)
    return {
        "at": moment,
        "bs": found.plain if found else None,
        "bs_ne": found.nepali if found else None,
    }


def ticket_shape(ticket: Ticket) -> Shape:
    """A ticket in a list: nothing of what was said, nothing of who said it."""
    case = ticket.grievance
    return {
        "ticket_id": str(ticket.uid),
        "state": state_of(case.status, hearing=ticket.hearing_on is not None),
        "track": ticket.track,
        "level": ticket.level,
        "priority": ticket.priority,
        "office": ticket.office.code if ticket.office else None,
        "assignee": ticket.assignee_id,
        "resolution": ticket.resolution or None,
        "version": ticket.version,
        "late": lateness(ticket) or None,
        "late_steps": ticket.late_steps,
        "opened_at": moment_shape(ticket.opened_at),
        "respond_by": moment_shape(ticket.respond_by),
        "resolve_by": moment_shape(ticket.resolve_by),
        "responded_at": moment_shape(ticket.responded_at),
        "resolved_at": moment_shape(ticket.resolved_at),
        "hearing_on": moment_shape(ticket.hearing_on),
        "place": {
            "province": _place(case.province),
            "district": _place(case.district),
            "municipality": case.municipality,
            "ward": case.ward,
        },
        "grievance": row_shape(case),
    }


def _place(code: str) -> Shape:
    found = place_with(code)
    return {
        "code": code,
        "name_en": found.name_en if found else None,
        "name_ne": found.name_ne if found else None,
    }


def step_shape(step: Step, now: datetime) -> Shape:
    """A step of the clock."""
    return {
        "level": step.level,
        "began_at": moment_shape(step.began_at),
        "respond_by": moment_shape(step.respond_by),
        "resolve_by": moment_shape(step.resolve_by),
        "responded_at": moment_shape(step.responded_at),
        "resolved_at": moment_shape(step.resolved_at),
        "ended_at": moment_shape(step.ended_at),
        "late": step.lateness(now) or None,
    }


def note_shape(note: TicketNote) -> Shape:
    """What an officer wrote."""
    return {
        "note_id": str(note.uid),
        "kind": note.kind,
        "text": note.text,
        "author": note.author,
        "at": moment_shape(note.at),
    }


def thread_shape(
    notes: Iterable[TicketNote], history: Iterable[Change], log: Iterable[Event]
) -> list[Shape]:
    """Everything about a case in the order in which it happened.

    Kinds: `reply` (office and complainant read it; `by` says who wrote), `note` (offices only),
    `event` (without words).
    """
    replies = conversation(history)
    # a note that went out as the answer is shown once
    inside = [note for note in notes if note.text not in {line.notes for line in replies}]
    said = [*map(_note_entry, inside), *map(_reply_entry, replies)]
    done = [_event_entry(one) for one in log if one.type not in _SHOWN_WITH_WORDS]
    return sorted([*said, *done], key=lambda entry: entry["at"]["at"])


def _note_entry(note: TicketNote) -> Shape:
    return {"kind": "note", "by": "office", **_entry(note.at, note.author, note.kind, note.text)}


def _reply_entry(line: Change) -> Shape:
    by = "complainant" if line.created_by == "complainant" else "office"
    about = line.status_code or line.change_type
    return {
        "kind": "reply",
        "by": by,
        **_entry(line.created_at, line.created_by, about, line.notes),
    }


def _event_entry(event: Event) -> Shape:
    return {"kind": "event", "by": None, **_entry(event.at, event.actor, event.type, "")}


def _entry(at: datetime, author: str, about: str, text: str) -> Shape:
    return {"about": about, "text": text, "author": author or "system", "at": moment_shape(at)}


# these stand in the thread with what was written
_SHOWN_WITH_WORDS = frozenset(
    {"grievance.message", "grievance.satisfied", "ticket.noted", "grievance.opened"}
)


def delivery_shape(message: Message) -> Shape:
    """What became of a message to the complainant; never to which address it went."""
    return {
        "message_id": str(message.pk),
        "channel": message.channel,
        "about": message.template,
        "state": message.state,
        "reason": message.error_code or None,
        "attempts": message.attempts,
        "written_at": moment_shape(message.created_at),
        "sent_at": moment_shape(message.sent_at),
        "settled_at": moment_shape(message.settled_at),
    }


def event_shape(event: Event) -> Shape:
    """A line of the case's log."""
    return {
        "id": event.pk,
        "type": event.type,
        "actor": event.actor or "system",
        "at": moment_shape(event.at),
        "payload": event.payload,
    }


def suggestion_shape(found: Suggestion) -> Shape:
    """A case that may be the same."""
    return {"score": round(found.score, 1), "grievance": row_shape(found.case)}


def reveal_shape(opened: Reveal, *, with_reason: bool) -> Shape:
    """An opening of an identity."""
    return {
        "reveal_id": str(opened.pk),
        "subject": opened.subject,
        "actor": opened.actor,
        "opened_at": moment_shape(opened.opened_at),
        "expires_at": moment_shape(opened.expires_at),
        "reads": opened.reads,
        **({"reason": opened.reason} if with_reason else {}),
    }


def rule_shape(track: str, rule: Rule) -> Shape:
    """A step of a workflow."""
    return {
        "track": track,
        "level": rule.level,
        "name": rule.name,
        "name_ne": rule.name_ne,
        "response_hours": rule.response_hours,
        "resolution_days": rule.resolution_days,
        "office": rule.office or None,
    }


def holiday_shape(holiday: Holiday) -> Shape:
    """A day on which offices are closed."""
    return {"day": moment_shape(holiday.day), "name": holiday.name}


def place_shape(place: Place) -> Shape:
    """A place."""
    return {
        "kind": place.kind,
        "code": place.code,
        "parent": place.parent or None,
        "name_en": place.name_en,
        "name_ne": place.name_ne,
    }
