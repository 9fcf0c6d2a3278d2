"""The steps that tickets climb: shipped ones, and an operator's own in their place."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.conf import settings

from bureau.desks.grievances.helpdesk.models import Holiday, Track, WorkflowStep
from bureau.desks.grievances.helpdesk.tickets.clock import Rule
from bureau.desks.grievances.helpdesk.tickets.workcalendar import (
    WorkCalendar,
    parse_days,
    parse_hours,
)
from bureau.desks.grievances.statuses import Status
from bureau.kernel.prepared import Given, Prepared

LAST_LEVEL = 4
# the project's own promise is fifteen days to an answer; four levels share it and go beyond it
SHIPPED: Mapping[str, tuple[Rule, ...]] = {
    Track.STANDARD: (
        Rule(1, "Site office", "कार्यस्थल कार्यालय", 14, 7),
        Rule(2, "Project office", "आयोजना कार्यालय", 14, 7),
        Rule(3, "Grievance committee", "गुनासो सुनुवाइ समिति", 21, 15),
        Rule(4, "Ministry", "मन्त्रालय", 35, 30),
    ),
    Track.SENSITIVE: (
        Rule(1, "Named officer", "तोकिएको अधिकृत", 4, 3),
        Rule(2, "Safeguards specialist", "संरक्षण विशेषज्ञ", 4, 3),
        Rule(3, "Independent committee", "स्वतन्त्र समिति", 7, 7),
        Rule(4, "Ministry", "मन्त्रालय", 14, 15),
    ),
}
STATES: Mapping[str, str] = {
    Status.SUBMITTED: "OPEN",
    Status.DISPUTED: "OPEN",
    Status.UNDER_EVALUATION: "IN_PROGRESS",
    Status.ESCALATED: "ESCALATED",
    Status.RESOLVED: "RESOLVED",
    Status.DENIED: "RESOLVED",
    Status.CLOSED: "CLOSED",
}
HEARING = "GRC_HEARING_SCHEDULED"


def rules_of(track: str) -> dict[int, Rule]:
    """The steps of a track by level, an operator's before the shipped ones."""
    rules = {rule.level: rule for rule in SHIPPED[track]}
    for step in _STEPS.all(track=track):
        rules[step.level] = Rule(
            step.level,
            step.name,
            step.name_ne,
            step.response_hours,
            step.resolution_days,
            step.office.code if step.office else "",
        )
    return rules


def calendar() -> WorkCalendar:
    """Opening hours of the settings, with the holidays of the database."""
    env = settings.ENV
    opens, closes = parse_hours(env.helpdesk_hours)
    return WorkCalendar(
        zone=ZoneInfo(env.helpdesk_time_zone),
        days=parse_days(env.helpdesk_work_days),
        opens=opens,
        closes=closes,
        holidays=frozenset(holiday.day for holiday in _HOLIDAYS.all()),
    )


_STEPS = Prepared(
    lambda: WorkflowStep.objects.filter(track=Given("track")).select_related("office")
)
_HOLIDAYS = Prepared(lambda: Holiday.objects.only("day"))


def state_of(status: str, *, hearing: bool) -> str:
    """A ticket's state by its case's status; a hearing that is set shows while it is waited for."""
    state = STATES[status]
    return HEARING if hearing and state in ("IN_PROGRESS", "ESCALATED") else state


def statuses_of(state: str) -> list[str]:
    """The case's statuses that a ticket's state stands for."""
    if state == HEARING:
        return [Status.UNDER_EVALUATION, Status.ESCALATED]
    return [status for status, name in STATES.items() if name == state]
