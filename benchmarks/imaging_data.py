"""The studies of the imaging races: invented once, and kept where `BENCH_DATA` says.

The same number of studies is made only once a folder: a second run finds the files, and the
installation that holds them, as the first one left them.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import duckdb
import psycopg

from benchmarks.ground import Ground, Installation
from bureau.desks.imaging.columns import SOURCE_COLUMNS
from bureau.desks.imaging.sample import studies

TABLE = "medical_examinations_fact"
# the demonstration's studies have the numbers below
FIRST, SEED = 1_000_000, 11


class Sources(NamedTuple):
    """The same studies as a CSV file without headers and as a DuckDB file."""

    text: Path
    duck: Path


def sources(folder: Path, count: int) -> Sources:
    """The files in this folder, made if they are not there."""
    made = Sources(folder / "studies.csv", folder / "studies.duckdb")
    if not made.text.exists():
        draft = made.text.with_suffix(".draft")
        with draft.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(studies(count, SEED, FIRST))
        draft.rename(made.text)
    if not made.duck.exists():
        draft = made.duck.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        duck_of(made.text, draft)
        draft.rename(made.duck)
    return made


def duck_of(text: Path, duck: Path) -> None:
    """A DuckDB file with the rows of a CSV file."""
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in SOURCE_COLUMNS)
    with duckdb.connect(str(duck)) as database:
        database.execute(
            f"CREATE TABLE {TABLE} AS "
            f"SELECT * FROM read_csv('{text}', header = false, columns = {{{columns}}})"
        )


def filled(ground: Ground, folder: Path, duck: Path) -> Installation:
    """A stopped installation in this folder that holds the studies of the file."""
    place = ground.installation_in(folder)
    done = folder / "filled"
    if not done.exists():
        place.start()
        environment = place.environment()
        subprocess.run(
            [sys.executable, "-m", "django", "import_studies", str(duck)],
            env=settings(environment),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        # the planner's figures, as autovacuum leaves them a minute later
        with psycopg.connect(environment["DATABASE_OWNER_URL"], autocommit=True) as database:
            database.execute("VACUUM ANALYZE")
        place.stop()
        done.touch()
    return place


def settings(environment: dict[str, str]) -> dict[str, str]:
    """The environment of a Django command beside an installation."""
    return {**os.environ, **environment, "DJANGO_SETTINGS_MODULE": "bureau.settings"}
