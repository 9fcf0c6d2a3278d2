from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bureau.desks.grievances.helpdesk.tickets.clock import (
    ESCALATED,
    OPENED,
    STATUS_CHANGED,
    Line,
    Rule,
    fingerprint,
    steps_of,
)
from bureau.desks.grievances.helpdesk.tickets.workcalendar import WorkCalendar

# open around the clock, so that sums can be read off
ALWAYS = WorkCalendar(ZoneInfo("UTC"), frozenset(range(7)), time(0), time(23))
RULES = {level: Rule(level, f"Level {level}", "", 4, 2) for level in range(1, 5)}
START = datetime(2026, 11, 22, tzinfo=UTC)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def opened(hours: float = 0) -> Line:
    return Line(OPENED, at(hours), level=1)


def became(status: str, hours: float) -> Line:
    return Line(STATUS_CHANGED, at(hours), status=status)


def climbed(level: int, hours: float) -> Line:
    return Line(ESCALATED, at(hours), level=level)


def test_promises_run_from_the_opening() -> None:
    [step] = steps_of([opened()], RULES, ALWAYS)
    assert step.respond_by == at(4)
    assert step.resolve_by == at(47)
    assert [step.lateness(at(hours)) for hours in (3, 5, 49)] == ["", "response", "resolution"]


def test_taking_it_up_and_answering_end_the_promises() -> None:
    [step] = steps_of(
        [opened(), became("UNDER_EVALUATION", 2), became("RESOLVED", 20)], RULES, ALWAYS
    )
    assert (step.responded_at, step.resolved_at, step.ended_at) == (at(2), at(20), at(20))
    assert step.lateness(at(1_000)) == ""


def test_a_late_answer_stays_late() -> None:
    lines = [opened(), became("UNDER_EVALUATION", 6), became("DENIED", 60)]
    [step] = steps_of(lines, RULES, ALWAYS)
    assert step.lateness(at(1_000)) == "resolution"
    [step] = steps_of([*lines[:2], became("DENIED", 20)], RULES, ALWAYS)
    assert step.lateness(at(1_000)) == "response"


def test_each_level_has_a_clock_of_its_own() -> None:
    lines = [opened(), became("ESCALATED", 10), climbed(2, 10), became("UNDER_EVALUATION", 11)]
    first, second = steps_of(lines, RULES, ALWAYS)
    assert (first.level, first.ended_at, first.lateness(at(99))) == (1, at(10), "response")
    assert (second.level, second.respond_by, second.responded_at) == (2, at(14), at(11))
    assert second.ended_at is None


def test_a_disputed_answer_starts_the_clock_again_on_the_same_level() -> None:
    lines = [opened(), became("RESOLVED", 2), became("DISPUTED", 30)]
    first, second = steps_of(lines, RULES, ALWAYS)
    assert first.lateness(at(99)) == ""
    assert (second.level, second.began_at, second.resolved_at) == (1, at(30), None)
    assert second.lateness(at(35)) == "response"


def test_a_rule_that_changes_changes_the_past_too() -> None:
    lines = [opened(), became("UNDER_EVALUATION", 6), became("RESOLVED", 20)]
    generous = {**RULES, 1: replace(RULES[1], response_hours=8)}
    assert steps_of(lines, RULES, ALWAYS)[0].lateness(at(99)) == "response"
    assert steps_of(lines, generous, ALWAYS)[0].lateness(at(99)) == ""
    assert fingerprint(RULES, ALWAYS) != fingerprint(generous, ALWAYS)
    assert fingerprint(RULES, ALWAYS) == fingerprint(dict(RULES), replace(ALWAYS))
    assert fingerprint(RULES, ALWAYS) != fingerprint(RULES, replace(ALWAYS, opens=time(1)))


def test_a_log_without_an_opening_has_no_clock() -> None:
    assert steps_of([became("RESOLVED", 2)], RULES, ALWAYS) == []
