"""Taking an import of studies back: its new studies go, its changes are reversed, row for row."""

from __future__ import annotations

from django.db import connection

from bureau.desks.imaging.columns import COLUMNS
from bureau.desks.imaging.models import ImportBatch

TABLE = "medical_examinations_fact"
_OTHERS = (*COLUMNS[1:], "as_written")
_DELETE = f"""
    DELETE FROM {TABLE} f WHERE f.data_load_time = %s AND NOT EXISTS (
        SELECT 1 FROM imaging_before b WHERE b.batch_id = %s AND b.exam_id = f.exam_id
    )
"""
_RESTORE = f"""
    UPDATE {TABLE} AS f SET {", ".join(f"{name} = old.{name}" for name in _OTHERS)}
    FROM imaging_before b, LATERAL jsonb_populate_record(NULL::{TABLE}, b.study) AS old
    WHERE b.batch_id = %s AND f.exam_id = b.exam_id AND f.data_load_time = %s
"""


def untouched(batch: ImportBatch) -> int:
    """How many of the studies that an import wrote are still as it wrote them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TABLE} WHERE data_load_time = %s", [batch.loaded_at])
        return int(cursor.fetchone()[0])


def take_back(batch: ImportBatch) -> None:
    """Delete what the import inserted and put back what it changed; the caller checked that it may."""
    with connection.cursor() as cursor:
        cursor.execute(_DELETE, [batch.loaded_at, batch.pk])
        cursor.execute(_RESTORE, [batch.pk, batch.loaded_at])
    batch.before.all().delete()
