"""Servers that the tests of this room share."""

import socket
from collections.abc import Iterator

import pytest

from bureau.runtime.postgres import PostgresServer
from bureau.runtime.testing import embedded_postgres


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A PostgreSQL for tests that do not stop it."""
    with embedded_postgres(tmp_path_factory.mktemp("shared-postgres")) as server:
        yield server


@pytest.fixture(scope="session")
def made_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A stopped PostgreSQL whose cluster exists, for tests that start and break it."""
    server = PostgresServer(tmp_path_factory.mktemp("made-postgres")).start()
    server.stop()
    yield server
    server.stop()


@pytest.fixture
def unused_port() -> int:
    """A port on which nobody listens at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(autouse=True)
def _no_servers_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests start installations of their own: the run's servers must not look external."""
    for name in (
        *("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CELERY_BROKER_URL", "SECRET_KEY"),
        *("BUREAU_DATA", "BUREAU_FIELD_KEYS_FILE", "BUREAU_LOG_LEVEL", "ALLOWED_HOSTS"),
    ):
        monkeypatch.delenv(name, raising=False)
