#!/usr/bin/env python3
"""Bring the studies of the original system's DuckDB file (`DUCKDB_PATH`) into this installation.

Prints what the original's script printed, with counts that are true. Exit code 1: the file is missing or
unreadable, no installation is found, or a row of the file is not here afterwards (refused, or a
duplicate). Settings are found as `bureau manage` finds them: in the environment, or of what runs in
`BUREAU_DATA` (.bureau); `bureau manage import_studies FILE` does the same with more choices.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

DEFAULT = "../backend/medical_imaging.duckdb"
SHOWN = 10


def main() -> int:
    """Import the file that `DUCKDB_PATH` names; the exit code."""
    path = Path(os.environ.get("DUCKDB_PATH", DEFAULT))
    if not path.is_file():
        print(f"✗ DuckDB file not found: {path}")
        return 1
    from bureau.runtime.datadir import DataDirectory
    from bureau.runtime.environment import operator_environment
    from bureau.runtime.errors import OperatorError

    try:
        data = DataDirectory(Path(os.environ.get("BUREAU_DATA", ".bureau")))
        os.environ.update(operator_environment(data))
    except OperatorError as problem:
        print(f"✗ {problem}")
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")
    import django

    django.setup()
    from bureau.kernel.errors import BureauError

    try:
        return migrate(path)
    except BureauError as problem:
        print(f"✗ {problem.message}")
        return 1


def migrate(path: Path) -> int:
    """Import and verify, line by line."""
    from bureau.desks.imaging.importing.headers import STUDIES
    from bureau.desks.imaging.importing.sandboxed import open_source
    from bureau.desks.imaging.services import imports

    source = open_source(path, STUDIES)
    count = source.count
    print(f"✓ DuckDB contains {count:,} examination records")
    batch = imports.run_study_import(imports.local_import(path, imports.Options()), source)
    source.close()
    imported = batch.inserted + batch.updated
    print(f"✓ Import complete: {imported:,} imported, {batch.rejected:,} failed")
    print(f"  {imports.sentence(batch)}")
    for problem in batch.problems.order_by("row_no", "id")[:SHOWN]:
        print(f"  Row {problem.row_no}: {problem.reason}")
    # every accepted row was matched with a study by its exam_id; studies of other sources are not counted
    present = imported + batch.unchanged + batch.skipped
    if present == count:
        print("✓ SUCCESS: Record counts match!")
    else:
        print(f"⚠️  Record count mismatch: {count:,} in DuckDB, {present:,} here")
    doubles = batch.problems.filter(reason__startswith="Duplicate exam_id").count()
    print(f"⚠️  {doubles:,} duplicates found" if doubles else "✓ No duplicates found")
    return 1 if present < count else 0


if __name__ == "__main__":
    sys.exit(main())
