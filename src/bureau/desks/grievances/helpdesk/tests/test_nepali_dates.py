from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bureau.desks.grievances.helpdesk.bikram import bikram_sambat


@pytest.mark.parametrize(
    ("day", "plain", "nepali"),
    [
        # three new years, and the day before one
        (date(2023, 4, 14), "2080-01-01", "२०८० बैशाख १"),
        (date(2024, 4, 13), "2081-01-01", "२०८१ बैशाख १"),
        (date(2025, 4, 14), "2082-01-01", "२०८२ बैशाख १"),
        (date(2025, 4, 13), "2081-12-31", "२०८१ चैत ३१"),
    ],
)
def test_days_are_those_of_printed_calendars(day: date, plain: str, nepali: str) -> None:
    found = bikram_sambat(day)
    assert found
    assert (found.plain, found.nepali) == (plain, nepali)


def test_the_day_begins_in_kathmandu() -> None:
    evening = datetime(2025, 4, 13, 18, 14, tzinfo=UTC)
    midnight = datetime(2025, 4, 13, 18, 15, tzinfo=UTC)
    before, after = bikram_sambat(evening), bikram_sambat(midnight)
    assert before
    assert after
    assert (before.plain, after.plain) == ("2081-12-31", "2082-01-01")


def test_years_outside_the_tables_have_no_nepali_date() -> None:
    assert bikram_sambat(date(1800, 1, 1)) is None
    assert bikram_sambat(date(2200, 1, 1)) is None
