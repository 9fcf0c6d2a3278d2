"""Bringing a source's rows into the database as text, chunk by chunk.

Each chunk is a transaction: after a crash reading goes on behind the last row that is there. Nobody
sees staged rows; they become studies in one step, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO

from django.db import connection, transaction

from bureau.desks.imaging.columns import SOURCE_COLUMNS
from bureau.desks.imaging.importing.reading import Chunk, Source

BLOCK = 1 << 20
Told = Callable[[int], None]
_COLUMNS = ", ".join(("batch_id", "row_no", *SOURCE_COLUMNS))
_COPY = f"COPY imaging_staged ({_COLUMNS}) FROM STDIN (FORMAT csv)"


def stage(batch_id: int, source: Source, size: int, told: Told) -> None:
    """Copy what is not there yet; `told` hears the number of the last row after each chunk."""
    for chunk in _one_ahead(source.chunks(batch_id, staged_up_to(batch_id), size)):
        with chunk.content, transaction.atomic():
            _copy(chunk.content)
        told(chunk.last_row)


def _one_ahead(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """The same chunks; the next one is read while the database takes the last."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, chunks, None)
        while chunk := coming.result():
            coming = reader.submit(next, chunks, None)
            yield chunk


def staged_up_to(batch_id: int) -> int:
    """The number of the last row that is staged; 0 where none is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(row_no) FROM imaging_staged WHERE batch_id = %s", [batch_id])
        return int(cursor.fetchone()[0] or 0)


def count_staged(batch_id: int) -> int:
    """How many rows are staged."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM imaging_staged WHERE batch_id = %s", [batch_id])
        return int(cursor.fetchone()[0])


def _copy(content: IO[bytes]) -> None:
    """Send CSV text in blocks; memory does not grow with it."""
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        while block := content.read(BLOCK):
            copy.write(block)


def forget(batch_id: int) -> None:
    """Remove what was staged."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM imaging_staged WHERE batch_id = %s", [batch_id])
