"""A backup of a filled installation comes back on another server, whole, and people go on there."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bureau.desks.imaging.tests.sources import csv_bytes, row, system_headers, tabular
from bureau.kernel.ops.tests.conftest import _house, second_postgres  # noqa: F401  (a fixture)
from bureau.kernel.ops.tests.house import House
from bureau.runtime.libpq import client_program, libpq_environment
from bureau.runtime.postgres import PostgresServer
from bureau.runtime.testing import embedded_postgres
from tests.restore import filling

PASSPHRASE = "a long sentence that nobody guesses"
# a young server counts its transactions from about 750
SPENT = "do $$ begin for i in 1..20000 loop perform pg_current_xact_id(); commit; end loop; end $$"
# what a restored installation adds by itself
ADDED = {"events_epoch"}
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def filled(
    second_postgres: PostgresServer,  # noqa: F811  (the fixture)
    tmp_path_factory: pytest.TempPathFactory,
) -> House:
    """An installation with rows in every table, on a server that has worked for long."""
    house = _house(second_postgres, tmp_path_factory.mktemp("filled"))
    done(house.manage("prepare", "--demo"))
    house.sql(SPENT)
    told(house, "before()")
    with psycopg.connect(house.superuser) as connection:
        assert filling.fill(connection) == []
    (house.data / "files").mkdir(exist_ok=True)
    (house.data / "files" / "kept.bin").write_bytes(bytes(range(256)) * 5_000)
    return house


@pytest.fixture(scope="module")
def backup(filled: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it, with the key ring."""
    folder = tmp_path_factory.mktemp("backups") / "monday"
    done(filled.manage("backup", str(folder), "--with-keys", "--passphrase-file", secret(folder)))
    return folder


@pytest.fixture(scope="module")
def third_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A server that is new."""
    with embedded_postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture
def empty(third_postgres: PostgresServer, tmp_path: Path) -> House:
    """An empty installation on it."""
    return _house(third_postgres, tmp_path / "data")


def secret(folder: Path) -> str:
    file = folder.with_name("passphrase")
    file.write_text(PASSPHRASE + "\n")
    return str(file)


def done(process: Any) -> str:
    assert process.returncode == 0, process.stderr + process.stdout
    return str(process.stdout)


def told(house: House, call: str) -> dict[str, Any]:
    output = done(house.manage("shell", "-c", f"from tests.restore.afterwards import *; {call}"))
    found: dict[str, Any] = json.loads(output.splitlines()[-1])
    return found


def test_every_row_and_definition_comes_back_and_people_go_on(
    filled: House, backup: Path, empty: House, tmp_path: Path
) -> None:
    with psycopg.connect(filled.superuser) as connection:
        rows, made = filling.hashes(connection), filling.definitions(connection)
        (last,) = connection.execute("select max(id) from events_event").fetchone() or (0,)
    said = done(empty.manage("restore", str(backup)))
    assert "Restored" in said
    with psycopg.connect(empty.superuser) as connection:
        here = filling.hashes(connection)
        assert {name for name in rows if here.get(name) != rows[name]} == ADDED
        assert here.keys() == rows.keys()
        assert filling.definitions(connection) == made
    kept = (empty.data / "files" / "kept.bin").read_bytes()
    assert kept == (filled.data / "files" / "kept.bin").read_bytes()

    studies = tmp_path / "studies.csv"
    studies.write_bytes(
        csv_bytes(tabular([row(9_000_001, patient_name="Zzyzx Quill")], system_headers()))
    )
    before = empty.sql("select (select count(*) from medical_examinations_fact),"
                       " (select count(*) from grievances_grievance)")[0]  # fmt: skip
    found = told(empty, f"after({str(studies)!r})")
    assert found["verdict"] == ""
    assert found["sealed"] >= 2
    # the relay goes on where it was: what it had sent is not sent again, what waited is
    assert found["relayed"] == [2, 3]
    assert found["replayed"] == [3]
    # a socket may have seen events that the backup does not hold: their ids do not come again
    assert found["next_id"] > last + 100_000
    assert found["found"] == ["Zzyzx Quill"]
    assert (found["studies"], found["filed"], found["cases"]) == (before[0] + 1, 200, before[1] + 1)
    assert "unchanged" in done(empty.manage("verify_events"))
    again = empty.manage("restore", str(backup))
    assert again.returncode == 1
    assert "is not empty" in again.stderr
    assert "Nothing was changed" in again.stderr


def test_a_damaged_part_and_a_foreign_key_ring_are_refused_before_anything_is_written(
    backup: Path, empty: House, tmp_path: Path
) -> None:
    other = tmp_path / "other_keys"
    other.write_text("v1:" + "A" * 43 + "=\n")
    foreign = empty.manage("restore", str(backup), BUREAU_FIELD_KEYS_FILE=str(other))
    assert foreign.returncode == 1
    assert "is not the one of the backup" in foreign.stderr
    part = backup / "files.tar"
    content = part.read_bytes()
    part.write_bytes(content[:1_000] + b"?" + content[1_001:])
    try:
        damaged = empty.manage("restore", str(backup))
    finally:
        part.write_bytes(content)
    assert damaged.returncode == 1
    assert "files.tar is damaged" in damaged.stderr
    assert empty.sql("select count(*) from pg_tables where schemaname = 'public'") == [(0,)]
    assert not (empty.data / "files").exists()


def test_the_key_ring_comes_back_by_its_passphrase_only(
    filled: House, backup: Path, empty: House, tmp_path: Path
) -> None:
    sealed = (backup / "keys.sealed").read_text()
    ring = Path(os.environ["BUREAU_FIELD_KEYS_FILE"]).read_text()
    assert ring.split(":")[1].strip() not in sealed
    keys = tmp_path / "new_keys"
    wrong = tmp_path / "wrong"
    wrong.write_text("another long sentence\n")
    words = ("restore", str(backup), "--with-keys", "--passphrase-file")
    refused = empty.manage(*words, str(wrong), BUREAU_FIELD_KEYS_FILE=str(keys))
    assert refused.returncode == 1
    assert "does not open the key ring" in refused.stderr
    done(empty.manage(*words, secret(backup), BUREAU_FIELD_KEYS_FILE=str(keys)))
    assert keys.read_text() == ring
    assert keys.stat().st_mode & 0o777 == 0o600


def test_a_backup_never_overwrites_and_a_broken_one_is_not_taken_for_whole(
    filled: House, backup: Path, empty: House, tmp_path: Path
) -> None:
    refused = filled.manage("backup", str(backup))
    assert refused.returncode == 1
    assert "is there already" in refused.stderr
    without = tmp_path / "without"
    assert "without the key ring" in done(filled.manage("backup", str(without)))
    assert sorted(path.name for path in without.iterdir()) == [
        "database.dump",
        "files.tar",
        "manifest.json",
    ]
    assert {path.stat().st_mode & 0o077 for path in without.iterdir()} == {0}
    (without / "manifest.json").unlink()
    broken = empty.manage("restore", str(without))
    assert broken.returncode == 1
    assert "is not a backup" in broken.stderr


def test_plain_dump_and_restore_by_the_owner_loses_nothing(
    filled: House, third_postgres: PostgresServer, tmp_path: Path
) -> None:
    """As the handbook had it: PostgreSQL's own programs, and `prepare` afterwards."""
    target = _house(third_postgres, tmp_path / "data")
    urls = [house.variables["DATABASE_OWNER_URL"] for house in (filled, target)]
    there, here = ({**os.environ, **libpq_environment(url)} for url in urls)
    file = str(tmp_path / "b.dump")
    dump = [client_program("pg_dump", 18), "--format=custom", "--no-comments", f"--file={file}"]
    subprocess.run(dump, env=there, check=True)
    name = str(target.database)
    restore = [client_program("pg_restore", 18), "--exit-on-error", f"--dbname={name}", file]
    back = subprocess.run(restore, env=here, check=False, capture_output=True, text=True)
    assert (back.returncode, back.stderr) == (0, "")
    done(target.manage("prepare"))
    with psycopg.connect(filled.superuser) as first, psycopg.connect(target.superuser) as second:
        assert filling.definitions(first) == filling.definitions(second)
        assert filling.hashes(first).keys() == filling.hashes(second).keys()
