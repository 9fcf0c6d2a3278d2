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
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import django
import hypothesis
import psycopg
import pytest
from django.conf import settings as django_settings
from django.test import TransactionTestCase
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bureau.runtime.database import prepare_database
from bureau.runtime.testing import embedded_postgres, embedded_valkey

pytest_plugins = ["tests.needs", "tests.order", "tests.fixtures", "tests.security_report"]

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
            # closed by default, as one test says; most others want people who register
            BUREAU_REGISTRATION="open",
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
            _hurry(self.superuser)
        owner, app = prepare_database(self.superuser, TEST_DATABASE, "owner-test", "app-test")
        os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"] = owner, app

    def stop(self) -> None:
        self.stack.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _hurry(server: dict[str, str]) -> None:
    """Nobody reads these rows after the machine failed: the server need not wait for the disk."""
    with psycopg.connect(make_conninfo(**server), autocommit=True) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sql.SQL("alter system set {} = off").format(sql.Identifier(name)))
        connection.execute("select pg_reload_conf()")


def _list_static_files_once() -> None:
    """Let test clients share the list of static files.

    Each client makes the middleware anew, and looking at all files took four fifths of the time of
    a client's first request.
    """
    from whitenoise.middleware import WhiteNoiseMiddleware

    look = WhiteNoiseMiddleware.add_files_from_finders
    files: dict[str, Any] = {}

    def look_once(middleware: WhiteNoiseMiddleware) -> None:
        if not files:
            look(middleware)
            files.update(middleware.files)
        middleware.files.update(files)

    WhiteNoiseMiddleware.add_files_from_finders = look_once


def _keep_bytecode() -> None:
    """Compile each module once for all processes and runs.

    Containers often keep no compiled Python. The tests start hundreds of processes, and compiling
    takes each of them longer than everything else that happens until it is ready.
    """
    if sys.dont_write_bytecode:
        sys.dont_write_bytecode = False
        sys.pycache_prefix = str(Path(__file__).parent / ".pytest_cache" / "bytecode")
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def _compute_in_one_thread() -> None:
    """As the product's processes do: on a busy machine the threads of OpenBLAS wait for one another,
    and a forecast takes twenty times as long."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


ground = Ground()


# how long an example takes to make says something about the machine only
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")

_keep_bytecode()
_compute_in_one_thread()

# the settings module is read when Django loads, so the servers must run before collection
before = dict(os.environ)
ground.start()
django.setup()
_list_static_files_once()
# a strong hash takes its time on purpose; what depends on it asks for it
django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


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


KEPT_TABLES = ["django_migrations", "django_content_type", "auth_permission", "events_epoch"]


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
    """Empty the tables that were written to: they have pages, or had and numbers were drawn."""
    connection.execute("set session_replication_role = replica")
    (tables,) = connection.execute(
        "select string_agg(oid::regclass::text, ', ') from pg_class as written"
        " where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> all(%s)"
        " and (pg_relation_size(oid) > 0 or exists (select from pg_depend"
        " join pg_sequence on seqrelid = objid where refobjid = written.oid"
        " and pg_sequence_last_value(seqrelid) is not null))",
        [KEPT_TABLES],
    ).fetchone() or (None,)
    if tables:
        connection.execute(sql.SQL("truncate {} restart identity cascade").format(sql.SQL(tables)))


@pytest.fixture(scope="session")
def as_superuser() -> Any:
    """Call it for a superuser connection to the test database."""
    return superuser_connection


@pytest.fixture(autouse=True)
def _clean_cache() -> None:
    from django.core.cache import cache

    cache.clear()
