"""`prepare` as `bureau up` and container start-up run it: real roles, a process of its own."""

from __future__ import annotations

import json
import socket

import psycopg
from tests.waiting import PATIENCE

from bureau.kernel.ops.schema import expected_schema, schema_of
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


def test_the_listed_schema_is_what_the_migrations_make(prepared: House) -> None:
    with psycopg.connect(prepared.superuser) as connection:
        assert schema_of(connection) == expected_schema(), "it is out of date: run `make schema`"


LOSSES = [
    ("drop table imaging_text cascade", "table imaging_text is missing"),
    ("alter table jobs_task drop column trace_id", "column jobs_task.trace_id is missing"),
    ("drop index event_by_stream", "index event_by_stream is missing"),
    (
        "drop trigger refuse_change on events_eventseal",
        "trigger events_eventseal.refuse_change is missing",
    ),
    (
        "alter table events_event disable trigger refuse_change",
        "trigger events_event.refuse_change is not as the migrations make it",
    ),
    (
        "drop function imaging_after_insert cascade",
        "function imaging_after_insert() is missing",
    ),
    (
        "alter table jobs_task drop constraint task_runs_only_with_a_lease",
        "constraint jobs_task.task_runs_only_with_a_lease is missing",
    ),
    (
        "create or replace function imaging_fold(text) returns text language sql immutable"
        " parallel safe strict as 'select $1'",
        "function imaging_fold(text) is not as the migrations make it",
    ),
]


def test_all_that_a_broken_restore_lost_is_named(copied: House) -> None:
    for statement, _ in LOSSES:
        copied.sql(statement)
    done = copied.manage("prepare")
    assert done.returncode == 1
    assert [named for _, named in LOSSES if named not in done.stderr] == []
    assert "Restore it from a backup" in done.stderr


def test_rights_on_the_log_that_a_restore_gave_are_taken_away_again(copied: House) -> None:
    copied.sql("grant update, delete on events_event, events_eventseal to bureau_app")
    assert copied.manage("prepare").returncode == 0
    asked = "select has_table_privilege('bureau_app', %s, 'update')"
    for table in ("events_event", "events_eventseal", "events_epoch"):
        assert copied.sql(asked.replace("%s", f"'{table}'")) == [(False,)]


def test_a_database_of_a_later_release_is_left_as_it_is(copied: House) -> None:
    copied.sql("alter table jobs_task add column later int")
    copied.sql("alter table jobs_task drop constraint task_runs_only_with_a_lease")
    copied.sql(
        "insert into django_migrations (app, name, applied) values ('jobs', '0999_later', now())"
    )
    done = copied.manage("prepare")
    assert done.returncode == 0, done.stderr
    assert "It is of a later release (jobs.0999_later)" in done.stdout
