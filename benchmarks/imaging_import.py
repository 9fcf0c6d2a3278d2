"""Race `imaging-import`: bringing studies in from a DuckDB file, and what is promised about it.

Against COPY of the same rows into a bare table and into one with the same indexes, and against
Django's `bulk_create` of the same rows into the same table, with its indexes and triggers, of an
installation of its own; then of some more rows by both ways into the full table.
"""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import psycopg

from benchmarks.ground import REPOSITORY, Ground, read_answer
from benchmarks.imaging_data import FIRST, SEED, TABLE, duck_of, settings, sources
from benchmarks.report import Table, timed
from bureau.desks.imaging.columns import SOURCE_COLUMNS
from bureau.desks.imaging.sample import studies

# what is added to the full table by either way
MORE = 50_000
CHANGED = 1_000
LOOK = 0.1  # seconds
PATIENCE = 600.0
BAD_EVERY = 100
# column -> what no study may have there
FAULTS = {
    "patient_name": "",
    "order_datetime": "2024-13-40 25:00",
    "patient_age": "old",
    "exam_id": "9" * 101,
}
Database = psycopg.Connection[Any]
Rows = Iterator[tuple[str | None, ...]]


@dataclass
class Import:
    """One run of `import_studies`: its time from the start of its work, not of its process, its counts,
    and the most memory until so many rows."""

    seconds: float
    counts: dict[str, int]
    peaks: dict[str, float] = field(default_factory=dict)


def run(ground: Ground) -> Table:
    """Race the others, then look at each promise."""
    table = Table(f"imaging-import: {ground.studies:,} studies")
    made = sources(ground.kept_folder(f"imaging-{ground.studies}"), ground.studies)
    usual = bulk_create(_started(ground), made.text)
    environment = _started(ground)
    with psycopg.connect(environment["DATABASE_OWNER_URL"], autocommit=True) as database:
        desk = Desk(database, environment, ground.folder, ground.studies)
        first = desk.race_copy(table, made.text, made.duck)
        rate = f"{ground.studies / usual:,.0f} rows/s"
        ratio = f"{usual / first.seconds:.1f}x"
        table.add("bulk_create, batches of 1,000", rate, ratio, "at least 5x")
        desk.race_more(table)
        _memory(table, first)
        desk.again(table, made.duck)
        desk.bad_rows(table)
        desk.killed(table)
    table.notes.append(
        "COPY: how much of its rate ours reaches, with checks, counts and undo included"
    )
    return table


def _started(ground: Ground) -> dict[str, str]:
    """The environment of a command beside a new installation, which takes the place of the last."""
    place = ground.new_installation()
    place.start()
    return settings(place.environment())


def bulk_create(environment: dict[str, str], text: Path) -> float:
    """Seconds of the usual way to bring these rows in."""
    command = [sys.executable, "-m", "benchmarks.orm_import", str(text)]
    process = subprocess.Popen(
        command, env=environment, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    return float(read_answer(process))


class Desk:
    """An installation's table of studies, and what can be done with it from outside."""

    def __init__(
        self, database: Database, environment: dict[str, str], folder: Path, count: int
    ) -> None:
        self._database = database
        self._environment = environment
        self._folder = folder
        self._count = count
        # numbers from here on are not in use
        self._free = FIRST + count

    # --- races ------------------------------------------------------------------------------

    def race_copy(self, table: Table, text: Path, duck: Path) -> Import:
        """COPY twice, then the first import."""
        bare = self._copy(text, "")
        indexed = self._copy(text, "INCLUDING INDEXES")
        ours = self._import(duck)
        _expect(ours, inserted=self._count)
        table.add("import, first time", f"{self._count / ours.seconds:,.0f} rows/s", "1x")
        for name, seconds, aim in (
            ("COPY into a table without indexes", bare, ""),
            ("COPY into a table with the same indexes", indexed, "at least 50 %"),
        ):
            share = f"{100 * seconds / ours.seconds:.0f} %"
            table.add(name, f"{self._count / seconds:,.0f} rows/s", share, aim)
        return ours

    def race_more(self, table: Table) -> None:
        """Some more rows into the full table, by us and by Django's way."""
        ours = self._import(self._source("more", self._invented(MORE)))
        _expect(ours, inserted=MORE)
        usual = bulk_create(self._environment, self._text("usual", self._invented(MORE)))
        table.add(f"{MORE:,} more by import", f"{MORE / ours.seconds:,.0f} rows/s", "1x")
        ratio = f"{usual / ours.seconds:.1f}x"
        name = f"{MORE:,} more by bulk_create, batches of 1,000"
        table.add(name, f"{MORE / usual:,.0f} rows/s", ratio)

    def _copy(self, text: Path, indexes: str) -> float:
        self._database.execute(f"CREATE TABLE study_copy (LIKE {TABLE} {indexes})")
        sql = f"COPY study_copy ({', '.join(SOURCE_COLUMNS)}) FROM STDIN (FORMAT csv)"

        def send() -> None:
            cursor = self._database.cursor()
            with cursor.copy(sql) as copy, text.open("rb") as file:
                while block := file.read(1 << 20):
                    copy.write(block)

        seconds = timed(send)
        self._database.execute("DROP TABLE study_copy")
        return seconds

    # --- promises ---------------------------------------------------------------------------

    def again(self, table: Table, duck: Path) -> None:
        """The same file once more, and once more with some rows changed."""
        same = self._import(duck)
        _expect(same, unchanged=self._count)
        rate = f"{self._count / same.seconds:,.0f} rows/s"
        table.add("imported again", rate, f"{same.counts['unchanged']:,} unchanged")
        changed = self._folder / "changed.duckdb"
        changed.write_bytes(duck.read_bytes())
        with duckdb.connect(str(changed)) as file:
            file.execute(f"UPDATE {TABLE} SET exam_room = 'moved' WHERE rowid < {CHANGED}")
        other = self._import(changed)
        _expect(other, updated=CHANGED, unchanged=self._count - CHANGED)
        rate = f"{self._count / other.seconds:,.0f} rows/s"
        table.add(f"again, {CHANGED:,} changed", rate, f"{other.counts['updated']:,} updated")

    def bad_rows(self, table: Table) -> None:
        """One row in a hundred cannot be a study: each is named with its row and field."""
        count = self._count // 10
        wrong: dict[int, str] = {}
        source = self._source("bad", _spoilt(self._invented(count), wrong))
        done = self._import(source)
        _expect(done, inserted=count - len(wrong), rejected=len(wrong))
        told = dict(
            self._database.execute(
                "SELECT row_no, field FROM imaging_import_problem WHERE batch_id = "
                "(SELECT max(id) FROM imaging_import)"
            ).fetchall()
        )
        if told != wrong:
            raise SystemExit("the refused rows are not the wrong rows")
        found = f"{len(told):,} of {len(wrong):,} reported by row and field"
        table.add(f"{count:,} rows, one in {BAD_EVERY} bad", found)

    def killed(self, table: Table) -> None:
        """Killed with -9 while reading and while applying: nothing is seen; then it goes on."""
        count = self._count // 10
        source = self._source("killed", self._invented(count))
        before = self._studies()
        for moment, come in {
            "reading": lambda: self._staged() > count // 3,
            "applying": self._is_applying,
        }.items():
            process = self._start(source, "--batch-size", str(count // 20))
            _wait_until(come, process)
            process.send_signal(signal.SIGKILL)
            process.wait()
            _wait_until(lambda: not self._is_applying())
            seen = f"{self._studies() - before:,} studies visible"
            kept = f"{self._staged():,} of {count:,} rows kept"
            table.add(f"kill -9 while {moment}", f"{seen}, {kept}")
        done = self._import(source, "--batch-size", str(count // 20))
        _expect(done, inserted=count)
        if self._studies() != before + count:
            raise SystemExit("the import that went on did not bring every study")
        table.add("started again", f"{done.counts['inserted']:,} inserted", "", "all of them")

    # --- means ------------------------------------------------------------------------------

    def _import(self, source: Path, *options: str) -> Import:
        """Import a file and watch the process that does it."""
        process = self._start(source, *options)
        peaks = {}
        marks = [self._count // 10, self._count // 2, self._count]
        while process.poll() is None:
            time.sleep(LOOK)
            peak, read = _peak_of(process.pid), self._staged()
            while marks and read >= marks[0]:
                peaks[f"{marks.pop(0):,} rows read"] = peak
            peaks["all applied"] = peak or peaks.get("all applied", 0.0)
        if process.returncode:
            raise SystemExit("the import failed")
        return Import(self._seconds(), self._counts(), peaks)

    def _start(self, source: Path, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "django", "import_studies", str(source), *options]
        return subprocess.Popen(command, env=self._environment, stdout=subprocess.DEVNULL)

    def _invented(self, count: int) -> Rows:
        """Studies whose numbers are not in use."""
        rows = studies(count, SEED + 1, self._free)
        self._free += count
        return rows

    def _text(self, name: str, rows: Rows) -> Path:
        path = self._folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    def _source(self, name: str, rows: Rows) -> Path:
        duck = self._folder / f"{name}.duckdb"
        duck_of(self._text(name, rows), duck)
        return duck

    def _seconds(self) -> float:
        row = self._database.execute(
            "SELECT extract(epoch FROM finished_at - created_at)::float8"
            " FROM imaging_import ORDER BY id DESC LIMIT 1"
        ).fetchone()
        assert row is not None
        return float(row[0])

    def _counts(self) -> dict[str, int]:
        names = ("inserted", "updated", "unchanged", "skipped", "rejected")
        row = self._database.execute(
            f"SELECT {', '.join(names)} FROM imaging_import ORDER BY id DESC LIMIT 1"
        ).fetchone()
        assert row is not None
        return dict(zip(names, row, strict=True))

    def _studies(self) -> int:
        return self._number(f"SELECT count(*) FROM {TABLE}")

    def _staged(self) -> int:
        """Rows that were read and are not applied yet; only one import runs at a time here."""
        return self._number("SELECT coalesce(max(row_no), 0) FROM imaging_staged")

    def _is_applying(self) -> bool:
        """Whether somebody is writing studies: what others ask is hidden here, their locks are not."""
        return bool(
            self._number(
                f"SELECT count(*) FROM pg_locks WHERE relation = '{TABLE}'::regclass "
                "AND mode = 'RowExclusiveLock'"
            )
        )

    def _number(self, sql: str) -> int:
        row = self._database.execute(sql).fetchone()
        assert row is not None
        return int(row[0])


def _spoilt(rows: Rows, wrong: dict[int, str]) -> Rows:
    """The same rows with faults in some; `wrong` gets the number of each with its field."""
    for number, row in enumerate(rows, start=1):
        if number % BAD_EVERY:
            yield row
            continue
        name = list(FAULTS)[number // BAD_EVERY % len(FAULTS)]
        wrong[number] = name
        place = SOURCE_COLUMNS.index(name)
        yield (*row[:place], FAULTS[name], *row[place + 1 :])


def _expect(done: Import, **expected: int) -> None:
    if {name: n for name, n in done.counts.items() if n} != expected:
        raise SystemExit(f"expected {expected}, the import counted {done.counts}")


def _memory(table: Table, first: Import) -> None:
    for moment, megabytes in first.peaks.items():
        table.add(f"most memory until {moment}", f"{megabytes:.0f} MB", "", "flat")


def _peak_of(pid: int) -> float:
    """Megabytes; 0 when the process has just ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except FileNotFoundError:
        return 0.0
    found = next((line for line in lines if line.startswith("VmHWM")), "VmHWM: 0 kB")
    return int(found.split()[1]) / 1024


def _wait_until(come: Callable[[], bool], process: subprocess.Popen[bytes] | None = None) -> None:
    deadline = time.monotonic() + PATIENCE
    while not come():
        if time.monotonic() > deadline or (process and process.poll() is not None):
            raise SystemExit("the moment to kill the import did not come")
        time.sleep(LOOK / 2)
