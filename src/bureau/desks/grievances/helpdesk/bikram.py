"""Dates as people in Nepal write them: Bikram Sambat beside the Gregorian date. Pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import nepali_datetime

KATHMANDU = ZoneInfo("Asia/Kathmandu")
_DIGITS = str.maketrans("0123456789", "०१२३४५६७८९")
MONTHS = (
    "बैशाख",
    "जेठ",
    "असार",
    "साउन",
    "भदौ",
    "असोज",
    "कात्तिक",
    "मंसिर",
    "पुस",
    "माघ",
    "फागुन",
    "चैत",
)


class BikramSambat(NamedTuple):
    """A day of the Nepali calendar."""

    year: int
    month: int
    day: int

    @property
    def plain(self) -> str:
        """`2083-08-06`."""
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"

    @property
    def nepali(self) -> str:
        """`२०८३ मंसिर ६`."""
        return f"{self.year} {MONTHS[self.month - 1]} {self.day}".translate(_DIGITS)


def bikram_sambat(moment: datetime | date) -> BikramSambat | None:
    """The Nepali date of a moment in Kathmandu; None outside the years that its tables know."""
    day = moment.astimezone(KATHMANDU).date() if isinstance(moment, datetime) else moment
    try:
        found = nepali_datetime.date.from_datetime_date(day)
    except (ValueError, OverflowError):
        return None
    return BikramSambat(found.year, found.month, found.day)
