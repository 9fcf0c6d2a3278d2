"""The usual way to import: Django's `bulk_create` in batches that ignore conflicts.

`python -m benchmarks.orm_import CSV ROWS`: prints the seconds as JSON. The target is a copy of the table with
its indexes and without triggers, which is what the original had.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from datetime import datetime
from itertools import islice

import benchmarks.django_ready  # noqa: F401  (Django first)
from bureau.desks.imaging.columns import DATETIMES, SOURCE_COLUMNS
from bureau.desks.imaging.models import Study

BATCH = 1_000


def main(path: str, count: int) -> None:
    """Read and insert."""
    Study._meta.db_table = "study_copy"
    started = time.perf_counter()
    with open(path, encoding="utf-8", newline="") as file:
        rows = islice(csv.reader(file), count)
        while batch := [_study(row) for row in islice(rows, BATCH)]:
            Study.objects.bulk_create(batch, ignore_conflicts=True)
    print(json.dumps(time.perf_counter() - started))


def _study(row: list[str]) -> Study:
    fields = {name: value or None for name, value in zip(SOURCE_COLUMNS, row, strict=True)}
    for name in DATETIMES[:-1]:
        fields[name] = datetime.fromisoformat(fields[name]) if fields[name] else None  # type: ignore[assignment,arg-type]
    return Study(**fields)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
