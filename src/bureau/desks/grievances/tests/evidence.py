"""Everything that an installation wrote, as files in which one can look for people.

Left out are the mails and messages that the carrier `file` lays down for whom they are meant
(`outbox/`): they name their recipients as every letter does.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
from kombu.connection import Connection
from psycopg import sql
from redis import Redis

from bureau.kernel.events.relay_publishers import exchange_named
from bureau.runtime.datadir import DataDirectory
from bureau.runtime.postgres import PostgresServer
from bureau.runtime.valkey import ValkeyServer

OUTBOX = "outbox"
_TABLES = (
    "SELECT schemaname, tablename FROM pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
)
# E.164 has 15 digits at most, 00 before them: ten digits in a longer run are part of a digest
_LONGEST_NUMBER = 17
_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A needle that stands somewhere: the file it was found in and what was found."""

    where: str
    needle: bytes


class Evidence:
    """What an installation keeps and lets pass, gathered in a folder."""

    def __init__(self, data: DataDirectory, log: Path, folder: Path) -> None:
        self.data, self.log, self.folder = data, log, folder
        folder.mkdir()
        self.valkey = ValkeyServer(data.valkey).socket_path

    @property
    def redis(self) -> Redis:
        return Redis(unix_socket_path=str(self.valkey))

    def superuser(self, database: str = "bureau") -> psycopg.Connection[Any]:
        """A connection for which no role's limits hold."""
        server = PostgresServer(self.data.postgres)
        return psycopg.connect(**server.superuser_dsn(database), autocommit=True)

    @contextmanager
    def listening(self, exchange: str) -> Iterator[None]:
        """Have the servers write down all they are told: statements, commands, bus messages."""
        with self.superuser() as server:
            server.execute("ALTER SYSTEM SET log_statement = 'all'")
            server.execute("SELECT pg_reload_conf()")
        with Connection(f"redis+socket://{self.valkey}?virtual_host=0") as bus:
            # nobody takes from this queue: it keeps what the relay sends out of the house
            exchange_named(exchange)(bus.channel()).declare()
            bus.channel().queue_declare("leaks")
            bus.channel().queue_bind("leaks", exchange, "#")
        with _monitor(self.valkey, self.folder / "valkey-commands.log"):
            yield

    def gather(self) -> None:
        """Write down what the servers hold, and have them put all of it to disk."""
        with self.superuser() as server:
            server.execute("ANALYZE")
            for schema, table in server.execute(_TABLES).fetchall():
                self._copy(server, sql.Identifier(schema, table), f"table-{schema}.{table}")
            # the planner keeps common values of columns and of indexed expressions
            self._copy(server, sql.SQL("(SELECT * FROM pg_stats)"), "planner-statistics")
            server.execute("CHECKPOINT")
        with (self.folder / "valkey-values").open("wb") as out:
            for part in _values(self.redis):
                out.write(part + b"\n")

    def _copy(self, server: psycopg.Connection[Any], what: sql.Composable, name: str) -> None:
        with (
            (self.folder / name).open("wb") as out,
            server.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(what)) as rows,
        ):
            out.writelines(rows)

    def files(self) -> list[Path]:
        """Everything to look through: what was gathered, the log, and the data directory."""
        found = [self.log]
        for root in (self.folder, self.data.root):
            found += [path for path in root.rglob("*") if path.is_file()]
        return [path for path in found if OUTBOX not in path.relative_to(path.anchor).parts]

    def outbox(self) -> list[Path]:
        """The letters, for the counter-proof that the search finds people where they are."""
        return [path for path in self.data.root.rglob(f"{OUTBOX}/**/*") if path.is_file()]


@contextmanager
def _monitor(path: Path, log: Path) -> Iterator[None]:
    """Copy every command that a Valkey gets, with what it carries, to a file."""
    with socket.socket(socket.AF_UNIX) as feed, log.open("wb") as out:
        feed.connect(str(path))
        feed.sendall(b"MONITOR\r\n")
        assert feed.recv(5) == b"+OK\r\n"

        def keep() -> None:
            while part := feed.recv(1 << 16):
                out.write(part)

        listener = Thread(target=keep)
        listener.start()
        try:
            yield
        finally:
            feed.shutdown(socket.SHUT_RDWR)
            listener.join()


def _values(server: Redis) -> Iterator[bytes]:
    """Every key with all it holds."""
    for key in server.scan_iter(count=1000):
        yield key
        yield from _parts(server, key)


def _parts(server: Any, key: bytes) -> Iterable[bytes]:
    match server.type(key).decode():
        case "string":
            return [server.get(key) or b""]
        case "list":
            return list(server.lrange(key, 0, -1))
        case "set":
            return list(server.smembers(key))
        case "zset":
            return list(server.zrange(key, 0, -1))
        case "hash":
            return [part for pair in server.hgetall(key).items() for part in pair]
        case "stream":
            entries = server.xrange(key)
            return [part for _, fields in entries for pair in fields.items() for part in pair]
        case "none":  # it ran out meanwhile
            return []
        case kind:
            raise AssertionError(f"nothing reads a {kind} here")


def search(files: Iterable[Path], needles: Iterable[bytes], folder: Path) -> list[Hit]:
    """Look for many needles at once, byte by byte, with grep.

    Args:
        folder: where the list of needles is laid meanwhile.
    """
    listed = folder / "needles"
    listed.write_bytes(b"\n".join(needles) + b"\n")
    words = ["grep", "-F", "-a", "-o", "-b", "-H", "-Z", "-f", str(listed)]
    hits = []
    for some in _batches([path for path in files if path != listed]):
        done = subprocess.run(
            [*words, *map(str, some)],
            env={**os.environ, "LC_ALL": "C"},
            capture_output=True,
            check=False,  # 1 means that nothing was found
        )
        assert done.returncode in (0, 1), done.stderr
        hits += [hit for line in done.stdout.splitlines() if (hit := _hit(line))]
    listed.unlink()
    return hits


def _batches(files: list[Path], size: int = 500) -> Iterator[list[Path]]:
    for start in range(0, len(files), size):
        yield files[start : start + size]


def _hit(line: bytes) -> Hit | None:
    path, _, rest = line.partition(b"\0")
    place, _, needle = rest.partition(b":")
    where = os.fsdecode(path)
    is_national = needle.isdigit() and len(needle) == _DIGITS
    if is_national and len(_run_around(Path(where), int(place))) > _LONGEST_NUMBER:
        return None
    return Hit(where, needle)


def _run_around(path: Path, place: int) -> bytes:
    """The hex digits without a break of which ten begin at this place."""
    before = min(place, _LONGEST_NUMBER)
    with path.open("rb") as file:
        file.seek(place - before)
        around = file.read(before + _DIGITS + _LONGEST_NUMBER)
    runs = re.finditer(rb"[0-9a-f]+", around)
    return next(run[0] for run in runs if run.end() > before)
