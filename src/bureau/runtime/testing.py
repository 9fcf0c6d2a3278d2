"""Real servers for a test session: start them once, in a folder of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bureau.runtime.postgres import PostgresServer
from bureau.runtime.valkey import ValkeyServer


@contextmanager
def embedded_postgres(path: Path | str, port: int | None = None) -> Iterator[PostgresServer]:
    """Run a PostgreSQL in `path` for the length of a `with` block; `port` opens loopback TCP."""
    with PostgresServer(path, port) as server:
        yield server


@contextmanager
def embedded_valkey(path: Path | str) -> Iterator[ValkeyServer]:
    """Run a Valkey in `path` for the length of a `with` block."""
    with ValkeyServer(path) as server:
        yield server
