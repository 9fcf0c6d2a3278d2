from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from bureau.desks.grievances.helpdesk.checks import problems
from bureau.desks.grievances.helpdesk.tickets.workcalendar import (
    WorkCalendar,
    parse_days,
    parse_hours,
)

KATHMANDU = ZoneInfo("Asia/Kathmandu")
CALENDAR = WorkCalendar(
    KATHMANDU,
    parse_days(["sun", "mon", "tue", "wed", "thu", "fri"]),
    time(10),
    time(17),
    frozenset({date(2026, 11, 24)}),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KATHMANDU)


@pytest.mark.parametrize(
    ("begin", "hours", "end"),
    [
        ("2026-11-22T11:00", 2, "2026-11-22T13:00"),
        ("2026-11-22T16:00", 2, "2026-11-23T11:00"),
        ("2026-11-22T08:00", 1, "2026-11-22T11:00"),
        ("2026-11-22T20:00", 1, "2026-11-23T11:00"),
        # Saturday is free
        ("2026-11-20T16:30", 1, "2026-11-22T10:30"),
        # the 24th is a holiday
        ("2026-11-23T16:00", 7, "2026-11-25T16:00"),
        ("2026-11-23T16:00", 1, "2026-11-23T17:00"),
    ],
)
def test_time_runs_while_offices_are_open(begin: str, hours: float, end: str) -> None:
    assert CALENDAR.after_hours(local(begin), hours) == local(end)


def test_a_working_day_is_as_long_as_offices_are_open() -> None:
    assert CALENDAR.day_length == timedelta(hours=7)
    assert CALENDAR.after_days(local("2026-11-22T10:00"), 1) == local("2026-11-22T17:00")
    assert CALENDAR.after_days(local("2026-11-22T12:00"), 2) == local("2026-11-25T12:00")


@given(moments, st.integers(1, 200))
def test_what_passes_between_is_what_was_added(begin: datetime, hours: int) -> None:
    end = CALENDAR.after_hours(begin, hours)
    assert end > begin
    assert CALENDAR.between(begin, end) == timedelta(hours=hours)


@given(moments, moments)
def test_time_between_is_never_negative_nor_longer_than_the_clock(
    one: datetime, other: datetime
) -> None:
    assert timedelta() <= CALENDAR.between(one, other) <= max(other - one, timedelta())


def test_a_calendar_that_is_never_open_is_said_to_be_one() -> None:
    closed = WorkCalendar(KATHMANDU, frozenset(), time(10), time(17))
    with pytest.raises(ValueError, match="never open"):
        closed.after_hours(local("2026-11-22T10:00"), 1)


@pytest.mark.parametrize("text", ["17:00-10:00", "10-", "ten to five", "10:00"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_hours(text)


@pytest.mark.parametrize("names", [[], ["someday"]])
def test_days_that_are_none_are_refused(names: list[str]) -> None:
    with pytest.raises(ValueError):
        parse_days(names)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("helpdesk_work_days", ["someday"]),
        ("helpdesk_hours", "17:00-10:00"),
        ("helpdesk_time_zone", "Asia/Atlantis"),
    ],
)
def test_settings_that_cannot_be_understood_stop_the_start(field: str, value: object) -> None:
    assert problems(settings.ENV) == []
    [problem] = problems(settings.ENV.model_copy(update={field: value}))
    assert problem.id == "helpdesk.E001"
    assert field.upper() in problem.msg
