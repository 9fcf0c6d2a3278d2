"""Staged rows become studies: set by set, in the caller's one transaction.

What is new is inserted, what differs is changed (and kept as it was, so that it can be put back),
what is the same is left alone. The mark of the import stands in `data_load_time`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from bureau.desks.imaging.columns import SOURCE_COLUMNS
from bureau.desks.imaging.importing.checking import TIMES, age_of, gender_of, time_of
from bureau.desks.imaging.models import ImportBatch

TABLE = "medical_examinations_fact"
OnConflict = ImportBatch.OnConflict
_OTHERS = SOURCE_COLUMNS[1:]


@dataclass
class Counts:
    """What became of the good rows; `refused` are those that a rule of conflict turned away."""

    inserted: int = 0
    updated: int = 0
    skipped: int = 0
    refused: int = 0


def _typed(name: str) -> str:
    column = f"s.{name}"
    if name in TIMES:
        return f"{time_of(column)}::timestamp"
    if name == "patient_age":
        return age_of(column)
    if name == "patient_gender":
        return gender_of(column)
    # the one column that may not be null and need not be given
    return f"coalesce({column}, '')" if name == "equipment_type" else column


_ROW = ", ".join(f"{_typed(name)} AS {name}" for name in SOURCE_COLUMNS)
# nobody else writes: then asking what is there costs half of what ON CONFLICT does for each row
_ALONE = f"LOCK TABLE {TABLE} IN SHARE ROW EXCLUSIVE MODE"
# what is there is looked through once, not once a row: while a table fills, the planner takes it for empty
_AT_ONCE = (
    "SELECT set_config('enable_nestloop', CASE WHEN %s > 1000 THEN 'off' ELSE 'on' END, true)"
)
_INSERT = f"""
    INSERT INTO {TABLE} ({", ".join(SOURCE_COLUMNS)}, as_written, data_load_time)
    SELECT {_ROW}, s.as_written, %s::timestamp FROM imaging_staged s WHERE s.batch_id = %s
        AND NOT EXISTS (SELECT FROM {TABLE} f WHERE f.exam_id = s.exam_id)
"""
_NEW = ", ".join(f"new.{name}" for name in _OTHERS)
_OLD = ", ".join(f"f.{name}" for name in _OTHERS)
_DIFFERING = f"""
    FROM (SELECT s.batch_id, s.row_no, {_ROW} FROM imaging_staged s WHERE s.batch_id = %s) AS new
    JOIN {TABLE} f ON f.exam_id = new.exam_id
    WHERE f.data_load_time IS DISTINCT FROM %s::timestamp AND ({_OLD}) IS DISTINCT FROM ({_NEW})
"""
_KEEP = f"""
    INSERT INTO imaging_before (batch_id, exam_id, study)
    SELECT new.batch_id, f.exam_id, to_jsonb(f) {_DIFFERING}
"""
_UPDATE = f"""
    UPDATE {TABLE} AS f SET {", ".join(f"{name} = new.{name}" for name in _OTHERS)},
        as_written = new.as_written, data_load_time = %s::timestamp
    FROM (SELECT s.batch_id, s.row_no, s.as_written, {_ROW} FROM imaging_staged s WHERE s.batch_id = %s) AS new
    WHERE f.exam_id = new.exam_id AND f.data_load_time IS DISTINCT FROM %s::timestamp
      AND ({_OLD}) IS DISTINCT FROM ({_NEW})
"""
_REFUSE = f"""
    INSERT INTO imaging_import_problem (batch_id, row_no, field, reason)
    SELECT new.batch_id, new.row_no, 'exam_id', 'A different study has this exam_id already'
    {_DIFFERING}
"""
_REFUSE_NAMES = f"""
    INSERT INTO imaging_import_problem (batch_id, row_no, field, reason)
    SELECT new.batch_id, new.row_no, 'patient_name', 'The study has another name, and the encoding '
        'of the file was guessed: say the encoding to change it'
    {_DIFFERING} AND f.patient_name IS DISTINCT FROM new.patient_name
"""
_SET_ASIDE = """
    DELETE FROM imaging_staged WHERE batch_id = %s AND row_no IN (
        SELECT row_no FROM imaging_import_problem WHERE batch_id = %s
    )
"""


def apply_staged(
    batch: ImportBatch, mark: datetime, staged: int, *, guessed: bool = False
) -> Counts:
    """Turn the rows that are left, `staged` of them, into studies; counts of what happened.

    Where their text was decoded by a guess (`guessed`), no name that is there is changed.

    In one statement however many they are: the counts kept beside the studies change once then.
    """
    counts = Counts()
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
        cursor.execute(_AT_ONCE, [staged])
        cursor.execute(_INSERT, [mark, batch.pk])
        counts.inserted = cursor.rowcount
        if counts.inserted < staged:
            if guessed and batch.on_conflict == OnConflict.UPDATE:
                cursor.execute(_REFUSE_NAMES, [batch.pk, mark])
                counts.refused = cursor.rowcount
                cursor.execute(_SET_ASIDE, [batch.pk, batch.pk])
            _settle_differing(cursor, batch, mark, counts)
    return counts


def _settle_differing(cursor: Any, batch: ImportBatch, mark: datetime, counts: Counts) -> None:
    """Rows whose study was there before and is not the same."""
    good = [batch.pk]
    if batch.on_conflict == OnConflict.SKIP:
        cursor.execute(f"SELECT count(*) {_DIFFERING}", [*good, mark])
        counts.skipped = cursor.fetchone()[0]
    elif batch.on_conflict == OnConflict.REJECT:
        cursor.execute(_REFUSE, [*good, mark])
        counts.refused = cursor.rowcount
    else:
        cursor.execute(_KEEP, [*good, mark])
        if cursor.rowcount:
            cursor.execute(_UPDATE, [mark, *good, mark])
            counts.updated = cursor.rowcount
