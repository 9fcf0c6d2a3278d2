"""The clock of a case, computed from its log and the rules: a rule that changes recomputes it all. Pure.

A **step** of the clock begins when a ticket is opened, climbs a level, or is disputed. It is answered
by the first sign that somebody took it up, and ends when the case is answered, climbs on, or is
disputed. Response is counted in working hours, resolution in working days.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bureau.desks.grievances.helpdesk.tickets.workcalendar import WorkCalendar
from bureau.desks.grievances.statuses import Status

OPENED, ESCALATED = "ticket.opened", "ticket.escalated"
STATUS_CHANGED = "grievance.status_changed"
TAKEN_UP = frozenset({Status.UNDER_EVALUATION, Status.RESOLVED, Status.DENIED, Status.CLOSED})
ANSWERED = frozenset({Status.RESOLVED, Status.DENIED, Status.CLOSED})


@dataclass(frozen=True)
class Rule:
    """What a level promises; `office` is the code of where a ticket goes, empty: it stays."""

    level: int
    name: str
    name_ne: str
    response_hours: int
    resolution_days: int
    office: str = ""


@dataclass(frozen=True)
class Line:
    """What the clock reads of an event: its type, moment, and the level or status it tells."""

    type: str
    at: datetime
    level: int | None = None
    status: str = ""


@dataclass(frozen=True)
class Step:
    """One step of a clock; `ended_at` is None while it runs."""

    level: int
    began_at: datetime
    respond_by: datetime
    resolve_by: datetime
    responded_at: datetime | None = None
    resolved_at: datetime | None = None
    ended_at: datetime | None = None

    def lateness(self, now: datetime) -> str:
        """`response`, `resolution` or nothing: what this step missed, by `now` if it runs."""
        until = self.ended_at or now
        if (self.resolved_at or until) > self.resolve_by:
            return "resolution"
        return "response" if (self.responded_at or until) > self.respond_by else ""


def steps_of(
    lines: Iterable[Line], rules: Mapping[int, Rule], calendar: WorkCalendar
) -> list[Step]:
    """The steps of a case, oldest first; the last is the one that runs or ended the case."""
    steps: list[Step] = []
    for line in lines:
        if line.type in (OPENED, ESCALATED):
            level = line.level or 1
            _end(steps, line.at)
            steps.append(_begin(level, line.at, rules, calendar))
        elif line.type == STATUS_CHANGED and steps:
            _note_status(steps, line, rules, calendar)
    return steps


def _note_status(
    steps: list[Step], line: Line, rules: Mapping[int, Rule], calendar: WorkCalendar
) -> None:
    if line.status == Status.DISPUTED:
        level = steps[-1].level
        _end(steps, line.at)
        steps.append(_begin(level, line.at, rules, calendar))
        return
    step = steps[-1]
    if line.status in TAKEN_UP and step.responded_at is None:
        step = replace(step, responded_at=line.at)
    if line.status in ANSWERED and step.resolved_at is None:
        step = replace(step, resolved_at=line.at, ended_at=line.at)
    steps[-1] = step


def _begin(level: int, at: datetime, rules: Mapping[int, Rule], calendar: WorkCalendar) -> Step:
    rule = rules[level]
    return Step(
        level,
        at,
        respond_by=calendar.after_hours(at, rule.response_hours),
        resolve_by=calendar.after_days(at, rule.resolution_days),
    )


def _end(steps: list[Step], at: datetime) -> None:
    if steps and steps[-1].ended_at is None:
        steps[-1] = replace(steps[-1], ended_at=at)


def fingerprint(rules: Mapping[int, Rule], calendar: WorkCalendar) -> str:
    """What tells whether moments were computed by these rules."""
    text = repr((sorted(rules.items()), _facts(calendar)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _facts(calendar: WorkCalendar) -> Sequence[object]:
    return (
        calendar.zone.key,
        sorted(calendar.days),
        calendar.opens,
        calendar.closes,
        sorted(calendar.holidays),
    )
