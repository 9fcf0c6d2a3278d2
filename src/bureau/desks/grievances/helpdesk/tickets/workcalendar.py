"""Working time: when offices are open, and what a moment is some working hours later. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# a calendar in which nothing is open for longer than this is a mistake, not a holiday
LONGEST_CLOSED = timedelta(days=366)


@dataclass(frozen=True)
class WorkCalendar:
    """Opening hours of offices.

    Attributes:
        days: weekdays on which they are open, 0 is Monday.
        opens, closes: local times of `zone`.
        holidays: days on which they are closed all the same.
    """

    zone: ZoneInfo
    days: frozenset[int]
    opens: time
    closes: time
    holidays: frozenset[date] = frozenset()

    @property
    def day_length(self) -> timedelta:
        """How long an open day is."""
        return _on(date.min, self.closes, self.zone) - _on(date.min, self.opens, self.zone)

    def is_open(self, day: date) -> bool:
        """Whether offices open on that day at all."""
        return day.weekday() in self.days and day not in self.holidays

    def after_hours(self, moment: datetime, hours: float) -> datetime:
        """The moment at which this much working time has passed since `moment`.

        Raises:
            ValueError: offices are never open.
        """
        left = timedelta(hours=hours)
        for begin, end in self._open_spans(moment):
            if end - begin >= left:
                return begin + left
            left -= end - begin
        raise ValueError("offices are never open by this calendar")

    def after_days(self, moment: datetime, days: float) -> datetime:
        """Like `after_hours`, with a working day for the unit."""
        return self.after_hours(moment, days * self.day_length.total_seconds() / 3600)

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """Working time between two moments; zero when the second is not later."""
        total = timedelta()
        for opened, closed in self._open_spans(begin):
            if opened >= end:
                break
            total += min(closed, end) - opened
        return total

    def _open_spans(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is left of this day's hours, then each open day's, in UTC."""
        utc = ZoneInfo("UTC")
        day = moment.astimezone(self.zone).date()
        last_open = day
        while day - last_open < LONGEST_CLOSED:
            if self.is_open(day):
                last_open = day
                begin = max(moment, _on(day, self.opens, self.zone))
                end = _on(day, self.closes, self.zone)
                if begin < end:
                    yield begin.astimezone(utc), end.astimezone(utc)
            day += timedelta(days=1)


def parse_days(names: list[str]) -> frozenset[int]:
    """`["sun", "mon"]` as weekday numbers.

    Raises:
        ValueError: a name that is none, or no day at all.
    """
    found = frozenset(WEEKDAYS.index(name.strip().lower()[:3]) for name in names)
    if not found:
        raise ValueError("no working day")
    return found


def parse_hours(text: str) -> tuple[time, time]:
    """`10:00-17:00` as two times.

    Raises:
        ValueError: no two times, or the second is not later.
    """
    first, second = (time.fromisoformat(part.strip()) for part in text.split("-"))
    if second <= first:
        raise ValueError("offices close before they open")
    return first, second


def _on(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone)
