from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from bureau.kernel.ops.tests.house import House
from bureau.runtime.database import prepare_database
from bureau.runtime.postgres import PostgresServer
from bureau.runtime.testing import embedded_postgres

_numbers = count(1)


@pytest.fixture(scope="session")
def second_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A server beside the one that the tests' own settings name: with its superuser."""
    with embedded_postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture
def house(second_postgres: PostgresServer, tmp_path: Path) -> House:
    """An empty installation."""
    return _house(second_postgres, tmp_path)


@pytest.fixture(scope="session")
def prepared(second_postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> House:
    """An installation that was prepared once; tests leave it as they found it."""
    made = _house(second_postgres, tmp_path_factory.mktemp("prepared"))
    done = made.manage("prepare")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("The database is up to date (")
    assert done.stdout.count("\n") == 1
    return made


@pytest.fixture
def copied(second_postgres: PostgresServer, prepared: House, tmp_path: Path) -> House:
    """An installation of one's own that was prepared: copying is quicker than migrating."""
    return _house(second_postgres, tmp_path, template=prepared)


def _house(server: PostgresServer, data: Path, template: House | None = None) -> House:
    name = f"house_{next(_numbers)}"
    if template:
        copy = sql.SQL("create database {} template {} owner bureau_owner")
        names = map(sql.Identifier, (name, template.database))
        with psycopg.connect(
            make_conninfo(**server.superuser_dsn()), autocommit=True
        ) as connection:
            connection.execute(copy.format(*names))
    owner, app = prepare_database(server.superuser_dsn(), name, "0wner-pw", "4pp-pw")
    return House(
        make_conninfo(**server.superuser_dsn(name)),
        {
            "DATABASE_URL": app,
            "DATABASE_OWNER_URL": owner,
            "BUREAU_DATA": str(data),
            "BUREAU_PORT": "8000",
            "BUREAU_DB_POOL": "0",
        },
    )
