"""The ground every test stands on: a real PostgreSQL and a real Redis-like server.

Without `DATABASE_URL` and `REDIS_URL` both are started from their wheels for the whole run (the
embedded profile). With them, the same suite runs against those servers (the distributed profile).
Tests talk to the database as the restricted app role, as the product does.
"""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import django
import hypothesis
import psycopg
import pytest
from django.test import TransactionTestCase
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bureau.runtime.database import prepare_database
from bureau.runtime.testing import embedded_postgres, embedded_valkey

TEST_DATABASE = f"test_bureau_{os.getpid()}"


class Ground:
    """The servers and folders of one test run."""

    def __init__(self) -> None:
        self.stack = ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="bureau-test-"))
        self.superuser: dict[str, str] = {}

    def start(self) -> None:
        (self.folder / "field_keys").write_text(
            "v1:" + base64.b64encode(secrets.token_bytes(32)).decode() + "\n"
        )
        os.environ.update(
            DJANGO_SETTINGS_MODULE="bureau.settings",
            SECRET_KEY=secrets.token_urlsafe(48),
            BUREAU_FIELD_KEYS_FILE=str(self.folder / "field_keys"),
            BUREAU_DATA=str(self.folder / "data"),
            BUREAU_LOG_LEVEL="ERROR",
            # the heartbeat has a connection of its own and cannot see a test's open transaction:
            # on a busy machine it would call a lease lost that was never visible to it
            BUREAU_LEASE_SECONDS="300",
            HF_HUB_OFFLINE="1",
            ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
        )
        (self.folder / "data").mkdir()
        self._database()
        if not os.environ.get("REDIS_URL"):
            valkey = self.stack.enter_context(embedded_valkey(self.folder / "valkey"))
            os.environ["REDIS_URL"] = f"unix://{valkey.socket_path}"

    def _database(self) -> None:
        server = os.environ.get("TEST_SUPERUSER_URL")
        if server:
            self.superuser = conninfo_to_dict(server)
        else:
            postgres = self.stack.enter_context(embedded_postgres(self.folder / "postgres"))
            self.superuser = postgres.superuser_dsn()
        owner, app = prepare_database(self.superuser, TEST_DATABASE, "owner-test", "app-test")
        os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"] = owner, app

    def stop(self) -> None:
        self.stack.close()
        shutil.rmtree(self.folder, ignore_errors=True)


ground = Ground()


# how long an example takes to make says something about the machine only
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")

# the settings module is read when Django loads, so the servers must run before collection
before = dict(os.environ)
ground.start()
django.setup()


def pytest_configure(config: pytest.Config) -> None:
    """With `-n` every process that runs tests has servers of its own: it must not inherit ours."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        os.environ.clear()
        os.environ.update(before)


def pytest_unconfigure(config: pytest.Config) -> None:
    ground.stop()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Migrate as the owner role; the tests themselves use the app role."""
    from django.core.management import call_command

    with django_db_blocker.unblock():
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        TransactionTestCase._fixture_teardown = empty_tables  # type: ignore[method-assign]
        yield


def superuser_connection() -> psycopg.Connection[Any]:
    """The test database as superuser: for cleaning up, and for tests that tamper."""
    return psycopg.connect(make_conninfo(**{**ground.superuser, "dbname": TEST_DATABASE}))


KEPT_TABLES = ["django_migrations", "django_content_type", "auth_permission"]


def empty_tables(_: object = None) -> None:
    """Clean up after a test that committed. The app role may not truncate, nor delete events.

    A worker that a test leaves behind may hold one table while it waits for another: then the
    clean-up is the deadlock's victim and tries again.
    """
    from django.db import connections

    connections["default"].close()
    for attempt in range(10):
        try:
            with superuser_connection() as connection:
                _truncate(connection)
        except psycopg.errors.DeadlockDetected:
            if attempt == 9:
                raise
        else:
            return


def _truncate(connection: psycopg.Connection[Any]) -> None:
    connection.execute("set session_replication_role = replica")
    tables = connection.execute(
        "select string_agg(format('%%I', tablename), ', ') from pg_tables"
        " where schemaname = 'public' and tablename <> all(%s)",
        [KEPT_TABLES],
    ).fetchone()
    assert tables
    connection.execute(sql.SQL("truncate {} restart identity").format(sql.SQL(tables[0])))


@pytest.fixture(scope="session")
def as_superuser() -> Any:
    """Call it for a superuser connection to the test database."""
    return superuser_connection


@pytest.fixture(autouse=True)
def _clean_cache() -> None:
    from django.core.cache import cache

    cache.clear()
