"""`prepare` as `bureau up` and container start-up run it: real roles, a process of its own."""

from __future__ import annotations

import json
import socket

from tests.waiting import PATIENCE

from bureau.kernel.ops.tests.house import House

PASSWORDS = ("0wner-pw", "4pp-pw")


def test_the_owner_migrates_and_the_application_cannot_change_the_schema(prepared: House) -> None:
    owners = prepared.sql("select distinct tableowner from pg_tables where schemaname = 'public'")
    assert owners == [("bureau_owner",)]
    app = prepared.variables["DATABASE_URL"]
    assert prepared.sql("select count(*) from accounts_user", url=app) == [(0,)]
    privilege = "select has_schema_privilege('public', 'create')"
    assert prepared.sql(privilege, url=app) == [(False,)]


def test_a_second_run_changes_nothing(prepared: House) -> None:
    again = prepared.manage("prepare")
    assert again.stdout == "The database is up to date (0 migrations applied).\n"


def test_replicas_that_start_together_all_succeed(house: House) -> None:
    replicas = [house.started("prepare") for _ in range(3)]
    results = [(replica.communicate(timeout=PATIENCE), replica.returncode) for replica in replicas]
    assert [code for _, code in results] == [0, 0, 0], results
    assert sum("(0 migrations" in output for (output, _), _ in results) == 2


def test_the_demonstration_is_seeded_once_and_its_file_is_private(copied: House) -> None:
    first = copied.manage("prepare", "--demo")
    assert first.returncode == 0, first.stderr
    file = copied.data / "demo.json"
    assert str(file) in first.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    made = json.loads(file.read_text())
    assert made["base_url"] == "http://127.0.0.1:8000"
    assert "analyst" in made["users"]
    again = copied.manage("prepare", "--demo", BUREAU_PORT="8123")
    assert again.returncode == 0, again.stderr
    kept = json.loads(file.read_text())
    assert kept == {**made, "base_url": "http://127.0.0.1:8123"}
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_lost_accounts_file_is_told_and_not_made_up(copied: House) -> None:
    copied.manage("prepare", "--demo")
    (copied.data / "demo.json").unlink()
    again = copied.manage("prepare", "--demo")
    assert again.returncode == 0
    assert "changepassword" in again.stdout
    assert not (copied.data / "demo.json").exists()


def test_a_database_that_is_down_is_one_sentence_without_passwords(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    address = f"postgresql://bureau_owner:{PASSWORDS[0]}@127.0.0.1:{port}/x"
    done = house.manage("prepare", DATABASE_OWNER_URL=address, DATABASE_URL=address)
    assert done.returncode == 1
    assert "The database cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
    assert not any(password in done.stderr for password in PASSWORDS)


def test_an_application_role_that_owns_the_tables_is_refused(prepared: House) -> None:
    done = prepared.manage("prepare", DATABASE_URL=prepared.variables["DATABASE_OWNER_URL"])
    assert done.returncode == 1
    assert "bureau.E103" in done.stderr
    assert "DATABASE_URL" in done.stderr


def test_an_application_role_that_is_superuser_is_refused(prepared: House) -> None:
    prepared.sql("alter role bureau_app superuser")
    try:
        done = prepared.manage("check", "--database", "default")
    finally:
        prepared.sql("alter role bureau_app nosuperuser")
    assert "bureau.E103" in done.stderr


def test_a_missing_extension_is_refused_and_named(house: House) -> None:
    assert house.manage("check", "--database", "default").returncode == 0
    house.sql("drop extension vector")
    done = house.manage("check", "--database", "default")
    assert done.returncode == 1
    assert "bureau.E102" in done.stderr
    assert "CREATE EXTENSION IF NOT EXISTS vector" in done.stderr
