"""Dates as people here read them: in Nepali with the Bikram Sambat day, which officials use. Pure."""

from __future__ import annotations

from datetime import date

import nepali_datetime

_DIGITS = str.maketrans("0123456789", "०१२३४५६७८९")


def bikram_sambat(day: date) -> str:
    """The day in Bikram Sambat, `2083-08-06`; empty outside of the calendar's tables."""
    try:
        return str(nepali_datetime.date.from_datetime_date(day))
    except (ValueError, OverflowError):
        return ""


def date_in(day: date, language: str) -> str:
    """The day as ISO, and for Nepali readers in Bikram Sambat with their own digits before it."""
    if language != "ne":
        return day.isoformat()
    native = bikram_sambat(day).translate(_DIGITS)
    return f"{native} ({day.isoformat()})" if native else day.isoformat()
