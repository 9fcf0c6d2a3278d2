"""Staged side values in the forms of the table; what was written stays beside them, in `as_written`.

Most rows are plain already and only looked at. Of the others each distinct text is read once. What
cannot be read is left empty, so that the study is found all the same; only the time of the order,
which every study has, stays as it is and refuses its row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from bureau.desks.imaging.importing.checking import TIMES, is_plain
from bureau.desks.imaging.importing.reading import UNREADABLE
from bureau.desks.imaging.importing.side_values import age_in_years, local_time, sex_letter

Reader = Callable[[str], str | None]
# the table requires it
_KEPT = "order_datetime"
_LONGEST = 200


def normalise_staged(batch_id: int, last_row: int, size: int) -> list[str]:
    """Bring the side values of an import into the forms of the table; sentences for its notes."""
    notes = []
    for column, read in _readers().items():
        counts: Counter[str] = Counter()
        for start in range(0, last_row, size):
            counts += _normalise(batch_id, start, start + size, column, read)
        notes += _sentences(column, counts)
    return notes


def _readers() -> dict[str, Reader]:
    name = settings.ENV.imaging_time_zone
    zone = ZoneInfo(name) if name else None
    times = dict.fromkeys(TIMES, lambda text: local_time(text, zone))
    return {**times, "patient_age": age_in_years, "patient_gender": sex_letter}


def _normalise(batch_id: int, after: int, last: int, column: str, read: Reader) -> Counter[str]:
    rows = [batch_id, after, last]
    counts: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column}, count(*) FROM imaging_staged WHERE batch_id = %s AND row_no > %s "
            f"AND row_no <= %s AND {column} IS NOT NULL AND NOT ({is_plain(column)}) GROUP BY 1",
            rows,
        )
        pairs = []
        for text, count in cursor.fetchall():
            if UNREADABLE in text:
                continue
            value = read(text)
            if value is None and column == _KEPT:
                continue
            counts["left empty" if value is None else "read"] += count
            pairs.append((text, value))
        if pairs:
            cursor.execute(_replacing(column), [*map(list, zip(*pairs, strict=True)), *rows])
    return counts


def _replacing(column: str) -> str:
    return f"""
        UPDATE imaging_staged AS s SET {column} = m.value, as_written =
            coalesce(s.as_written, '{{}}'::jsonb)
            || jsonb_build_object('{column}', left(m.written, {_LONGEST}))
        FROM unnest(%s::text[], %s::text[]) AS m (written, value)
        WHERE s.batch_id = %s AND s.row_no > %s AND s.row_no <= %s AND s.{column} = m.written
    """


def _about_zone() -> str:
    name = settings.ENV.imaging_time_zone
    kept = f"converted to {name}" if name else "kept by their clock, IMAGING_TIME_ZONE is not set"
    return f" (times that name a zone are {kept})"


def _sentences(column: str, counts: Counter[str]) -> list[str]:
    notes = []
    if counts["read"]:
        zone = _about_zone() if column in TIMES else ""
        notes.append(
            f"{column}: {counts['read']:,} values were read from another form{zone}; "
            "what was written is kept in as_written."
        )
    if counts["left empty"]:
        notes.append(
            f"{column}: {counts['left empty']:,} values could not be read and are left empty; "
            "what was written is kept in as_written."
        )
    return notes
