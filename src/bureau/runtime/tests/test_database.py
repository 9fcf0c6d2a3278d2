"""Roles and database: the application's role reads and writes rows and nothing else."""

from dataclasses import dataclass

import psycopg
import pytest

from bureau.runtime.database import APP_SETTINGS, EXTENSIONS, prepare_database
from bureau.runtime.postgres import PostgresServer


@dataclass(frozen=True)
class Prepared:
    owner: str
    app: str


@pytest.fixture(scope="module")
def prepared(postgres: PostgresServer) -> Prepared:
    urls = prepare_database(postgres.superuser_dsn(), "office", "o/wn@er", "a p'p")
    with psycopg.connect(urls[0]) as connection:
        connection.execute("create table cases (id bigserial primary key, place vector(2))")
        connection.execute("insert into cases (place) values ('[0,1]')")
    return Prepared(*urls)


def test_the_application_reads_and_writes_rows_of_the_owners_tables(prepared: Prepared) -> None:
    with psycopg.connect(prepared.app) as connection:
        connection.execute("insert into cases (place) values ('[1,0]')")
        connection.execute("update cases set place = '[1,1]' where place = '[1,0]'")
        nearest = "select place::text from cases order by place <-> '[1,1]' limit 1"
        assert connection.execute(nearest).fetchone() == ("[1,1]",)
        connection.execute("delete from cases where place = '[1,1]'")


@pytest.mark.parametrize(
    "statement",
    [
        "create table intruder (id int)",
        "drop table cases",
        "alter table cases add column more int",
        "truncate cases",
        "create schema intruder",
        "create temporary table intruder (id int)",
        "create extension hstore",
        "select * from pg_authid",
        "copy cases to program 'cat'",
        "create role intruder",
    ],
)
def test_the_application_cannot_change_the_schema(prepared: Prepared, statement: str) -> None:
    with (
        psycopg.connect(prepared.app) as connection,
        pytest.raises(
            psycopg.errors.InsufficientPrivilege, match=r"denied|must be owner|must be superuser"
        ),
    ):
        connection.execute(statement.encode())


@pytest.mark.parametrize(("name", "value"), APP_SETTINGS.items())
def test_the_application_works_under_its_settings(
    prepared: Prepared, name: str, value: str
) -> None:
    with psycopg.connect(prepared.app) as connection:
        assert connection.execute("select current_setting(%s)", [name]).fetchone() == (value,)


def test_extensions_and_collation_are_the_same_everywhere(prepared: Prepared) -> None:
    with psycopg.connect(prepared.owner) as connection:
        found = {row[0] for row in connection.execute("select extname from pg_extension")}
        assert found >= set(EXTENSIONS)
        query = "select datlocprovider, datlocale from pg_database where datname = 'office'"
        assert connection.execute(query).fetchone() == ("b", "C.UTF-8")


def test_preparing_again_keeps_rows_and_changes_passwords(
    postgres: PostgresServer, prepared: Prepared
) -> None:
    owner, app = prepare_database(postgres.superuser_dsn(), "office", "o/wn@er", "renewed")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(prepared.app)
    with psycopg.connect(app) as connection:
        assert connection.execute("select count(*) from cases").fetchone() == (1,)
    prepare_database(postgres.superuser_dsn(), "office", "o/wn@er", "a p'p")
    assert owner == prepared.owner


def test_another_database_on_the_server_is_closed_to_other_roles(
    postgres: PostgresServer,
) -> None:
    prepare_database(postgres.superuser_dsn(), "private", "1", "2", "private_owner", "private_app")
    _, stranger = prepare_database(postgres.superuser_dsn(), "open", "3", "4", "o3", "o4")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(stranger.replace("/open?", "/private?"))
