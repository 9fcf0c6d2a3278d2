"""The database's part of a backup: one moment of it, written and read by PostgreSQL's programs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

from bureau.kernel.events.sealing import GENESIS
from bureau.runtime.errors import OperatorError
from bureau.runtime.libpq import client_program, libpq_environment

TABLES = """
    SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relpersistence = 'p'
    AND relnamespace = 'public'::regnamespace AND NOT relispartition ORDER BY relname
"""
# without the owners and rights of the server before: those of the new one come from its roles
RESTORE = ("--no-owner", "--no-privileges", "--no-comments", "--exit-on-error")


@dataclass(frozen=True)
class Moment:
    """One state of the database that several connections can see, and what it held."""

    snapshot: str
    major: int
    head: str
    events: int
    rows: dict[str, int]


def owner_url() -> str:
    """The address of the role that owns the tables."""
    return settings.ENV.database_owner_url or settings.ENV.database_url


@contextmanager
def moment() -> Iterator[Moment]:
    """Hold one state of the database while the block runs; nobody waits for it."""
    with psycopg.connect(owner_url()) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        (snapshot,) = _row(connection, "SELECT pg_export_snapshot()")
        head, events = _row(
            connection,
            f"SELECT coalesce((SELECT digest FROM events_eventseal ORDER BY id DESC LIMIT 1), "  # noqa: S608  (a constant)
            f"'{GENESIS}'), (SELECT coalesce(sum(count), 0)::bigint FROM events_eventseal)",
        )
        yield Moment(snapshot, _major(connection), head, events, rows_of(connection))


def rows_of(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Table -> how many rows it has."""
    names = [name for (name,) in connection.execute(TABLES)]
    count = "SELECT count(*) FROM {}"
    return {
        name: connection.execute(sql.SQL(count).format(sql.Identifier(name))).fetchone()[0]  # type: ignore[index]
        for name in names
    }


def dump(found: Moment, target: Path) -> None:
    """Write the database as it was at that moment.

    Raises:
        OperatorError: `pg_dump` failed, or none fits the server.
    """
    program = client_program("pg_dump", found.major)
    _run([program, "--format=custom", f"--snapshot={found.snapshot}", f"--file={target}"])


def restore(source: Path, major: int) -> None:
    """Fill the empty database, in one transaction: all of it or nothing.

    Raises:
        OperatorError: the server is older, no program fits, or `pg_restore` failed.
    """
    with psycopg.connect(owner_url()) as connection:
        here = _major(connection)
    if here < major:
        raise OperatorError(
            f"The backup is of PostgreSQL {major} and this server is {here}: restore it on "
            f"PostgreSQL {major} or newer."
        )
    program = client_program("pg_restore", here)
    database = libpq_environment(owner_url())["PGDATABASE"]
    _run([program, *RESTORE, "--single-transaction", f"--dbname={database}", str(source)])


def require_empty() -> None:
    """Refuse a database that holds tables.

    Raises:
        OperatorError: it does; or it cannot be reached.
    """
    try:
        with psycopg.connect(owner_url()) as connection:
            names = [name for (name,) in connection.execute(TABLES)]
    except psycopg.OperationalError as failure:
        reason = str(failure).strip().splitlines()[0]
        raise OperatorError(f"The database cannot be used: {reason}") from None
    if names:
        raise OperatorError(
            f"The database is not empty (it holds {len(names)} tables, {names[0]} among them): "
            "restore into a new one that deploy/roles.sql made. Nothing was changed."
        )


def _run(argv: list[str]) -> None:
    environment = {**os.environ, **libpq_environment(owner_url())}
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        words = " ".join(done.stderr.split())[-600:]
        raise OperatorError(f"{Path(argv[0]).name} failed: {words}")


def _major(connection: psycopg.Connection[Any]) -> int:
    return connection.info.server_version // 10_000


def _row(connection: psycopg.Connection[Any], statement: str) -> Any:
    return connection.execute(statement.encode()).fetchone()
