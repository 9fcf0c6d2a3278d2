#!/usr/bin/env python3
"""Bring the studies of the original system's DuckDB file (`DUCKDB_PATH`) into this installation.

Prints what the original's script printed, with counts that are true. Exit code 1: the file is missing or
unreadable, or fewer studies are here afterwards than it has rows. It needs the application's settings in
the environment; `bureau manage import_studies FILE` does the same with more choices.
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
    from bureau.desks.imaging.models import Study
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
    present = Study.objects.count()
    if present == count:
        print("✓ SUCCESS: Record counts match!")
    else:
        print(f"⚠️  Record count mismatch: {count:,} in DuckDB, {present:,} here")
    doubles = batch.problems.filter(reason__startswith="Duplicate exam_id").count()
    print(f"⚠️  {doubles:,} duplicates found" if doubles else "✓ No duplicates found")
    return 1 if present < count else 0


if __name__ == "__main__":
    sys.exit(main())
