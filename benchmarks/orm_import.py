"""The usual way to import: Django's `bulk_create` in batches that ignore conflicts.

`python -m benchmarks.orm_import CSV`: prints the seconds as JSON. The target is the table itself, with its
indexes and triggers; nothing is checked on the way.
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


def main(path: str) -> None:
    """Read and insert."""
    started = time.perf_counter()
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        while batch := [_study(row) for row in islice(rows, BATCH)]:
            Study.objects.bulk_create(batch, ignore_conflicts=True)
    print(json.dumps(time.perf_counter() - started))


def _study(row: list[str]) -> Study:
    fields = {name: value or None for name, value in zip(SOURCE_COLUMNS, row, strict=True)}
    for name in DATETIMES[:-1]:
        fields[name] = datetime.fromisoformat(fields[name]) if fields[name] else None  # type: ignore[assignment,arg-type]
    return Study(**fields)


if __name__ == "__main__":
    main(sys.argv[1])
