"""Back to a point in time by the write-ahead log: the server is the same, its timeline is another."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from bureau.kernel.ops.tests.conftest import _house
from bureau.kernel.ops.tests.house import House
from bureau.runtime.postgres import PostgresServer
from bureau.runtime.processes import Account
from bureau.runtime.testing import embedded_postgres
from tests.restore.test_restoring import done, told

pytestmark = pytest.mark.timeout(600)
POINT = "before_the_mistake"


def give_all(folder: Path, account: Account | None) -> None:
    """The folder and everything below it, to the account of the server."""
    for path in [folder, *folder.rglob("*")]:
        if account is not None:
            os.chown(path, account.uid, account.gid, follow_symlinks=False)


def as_superuser(server: PostgresServer, *statements: str) -> None:
    with psycopg.connect(make_conninfo(**server.superuser_dsn()), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.fixture
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    return folder / "wal"


@pytest.fixture
def first(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A server that keeps its write-ahead log."""
    state = tmp_path_factory.mktemp("first")
    with embedded_postgres(state) as server:
        archive.mkdir()
        give_all(archive, server.account)
        as_superuser(
            server,
            "alter system set archive_mode = on",
            f"alter system set archive_command = 'test ! -f {archive}/%f && cp %p {archive}/%f'",
        )
    with embedded_postgres(state) as server:
        yield server


def base_backup(server: PostgresServer, target: Path) -> None:
    dsn = server.superuser_dsn()
    words = ["--host", dsn["host"], "--port", dsn["port"], "--username", dsn["user"]]
    subprocess.run(
        [server.binaries.program("pg_basebackup"), *words, "--pgdata", str(target / "pgdata"),
         "--checkpoint=fast"],
        env={**os.environ, "PGPASSWORD": dsn["password"]},
        check=True,
    )  # fmt: skip
    shutil.copy(server.cluster.password_file, target / "superuser.password")


def recover_to_the_point(target: Path, archive: Path, account: Account | None) -> None:
    settings = {
        "restore_command": f"cp {archive}/%f %p",
        "recovery_target_name": POINT,
        "recovery_target_action": "promote",
        "archive_mode": "off",
    }
    with (target / "pgdata" / "postgresql.auto.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
    (target / "pgdata" / "recovery.signal").touch()
    give_all(target / "pgdata", account)


def elsewhere(house: House, server: PostgresServer) -> House:
    """The same installation, on the server that was recovered."""
    folder = {name: value.rpartition("host=")[0] + f"host={server.socket_dir}"
              for name, value in house.variables.items() if name.startswith("DATABASE")}  # fmt: skip
    superuser = make_conninfo(**server.superuser_dsn(house.database))
    return House(superuser, {**house.variables, **folder})


def test_what_came_later_is_gone_and_the_log_goes_on(
    first: PostgresServer, archive: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    house = _house(first, tmp_path_factory.mktemp("data"))
    done(house.manage("prepare"))
    target = tmp_path_factory.mktemp("second")
    base_backup(first, target)
    told(house, "before()")
    house.sql(f"select pg_create_restore_point('{POINT}')")
    lost = told(house, "before()")["last"]
    house.sql("select pg_switch_wal()")
    first.stop()
    recover_to_the_point(target, archive, first.account)
    with embedded_postgres(target) as second:
        back = elsewhere(house, second)
        assert back.sql(f"select max(id) < {lost} from events_event") == [(True,)]
        said = done(back.manage("prepare"))
        assert "another server than before" in said
        assert back.sql("select timeline from events_epoch order by id") == [(1,), (2,)]
        assert told(back, "before()")["last"] > lost + 100_000
        assert "unchanged" in done(back.manage("verify_events"))
