"""`up` with real servers and a small application: first start, kill, recovery, refusals."""

import contextlib
import json
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships without annotations
import psycopg
import pytest
from tests.needs import require

from bureau.runtime.datadir import DataDirectory
from bureau.runtime.environment import operator_environment
from bureau.runtime.errors import OperatorError
from bureau.runtime.folders import marker_of
from bureau.runtime.installation import SERVERS, demo_users
from bureau.runtime.status import recorded_status, running_status, status_lines, usage_of
from bureau.runtime.tests.helpers import Driver, all_gone, eventually, python_program

PROGRAM = """
import os, sys
from bureau.runtime.children import Child
from bureau.runtime.datadir import DataDirectory, explain_os_error
from bureau.runtime.environment import Address
from bureau.runtime.environment import operator_environment
from bureau.runtime.errors import OperatorError
from bureau.runtime.folders import marker_of
from bureau.runtime.installation import Request, up
from bureau.runtime.processes import Command

def application(env, request):
    def shell(name, script, **more):
        return Child(name, lambda: Command(["/bin/sh", "-c", script], env), **more)
    return [
        [shell("prepare", "echo prepared with $DATABASE_OWNER_URL", once=True)],
        [shell("web", "exec sleep 63"), shell("worker", "sleep 64 & wait")],
    ]

request = Request(DataDirectory({data!r}), Address("127.0.0.1", {port}), demo={demo})
try:
    up(request, os.environ, sys.stdout, application)
except OperatorError as error:
    sys.exit(str(error))
except OSError as error:
    sys.exit(str(explain_os_error(error)))
"""


@pytest.fixture
def data(tmp_path: Path) -> Iterator[DataDirectory]:
    found = DataDirectory(tmp_path / "data")
    yield found
    for state in (found.postgres, found.valkey):  # a killed supervisor cannot remove them
        shutil.rmtree(Path(tempfile.gettempdir()) / marker_of(state), ignore_errors=True)


def installation(
    data: DataDirectory,
    port: int,
    environ: Mapping[str, str] | None = None,
    *,
    demo: bool = False,
    output: Path | None = None,
) -> AbstractContextManager[Driver]:
    source = PROGRAM.replace("{data!r}", repr(str(data.root)))
    source = source.replace("{port}", str(port)).replace("{demo}", str(demo))
    return python_program(source, output or data.root.parent, environ)


def urls(data: DataDirectory) -> tuple[str, str]:
    env = operator_environment(data, {})
    return env["DATABASE_OWNER_URL"], env["DATABASE_URL"]


def keep_a_row(data: DataDirectory) -> None:
    owner, app = urls(data)
    with psycopg.connect(owner) as connection:
        connection.execute("create table if not exists kept (number int)")
    with psycopg.connect(app) as connection:
        connection.execute("insert into kept values (1)")


def test_it_starts_stops_and_starts_again_with_its_rows(
    data: DataDirectory, unused_port: int
) -> None:
    with installation(data, unused_port) as first:
        assert first.says("Bureau is ready at"), first.output
        keep_a_row(data)
        family = first.family()
        first.process.send_signal(signal.SIGINT)
        assert first.wait() == 0
        assert first.output.endswith("Bureau has stopped.\n")
        assert all_gone(family)
    assert not data.environment.exists()
    assert not data.status.exists()
    with installation(data, unused_port) as second:
        assert second.says("Bureau is ready at"), second.output
        with psycopg.connect(urls(data)[1]) as connection:
            assert connection.execute("select count(*) from kept").fetchone() == (1,)


def test_a_killed_supervisor_leaves_nothing_and_the_next_start_recovers(
    data: DataDirectory, unused_port: int
) -> None:
    with installation(data, unused_port) as first:
        assert first.says("Bureau is ready at"), first.output
        keep_a_row(data)
        family = first.family()
        first.process.kill()
        first.process.wait()
        # at once, while the old processes are still ending
        with installation(data, unused_port) as second:
            assert second.says("Bureau is ready at"), second.output
            assert all_gone(family)
            with psycopg.connect(urls(data)[1]) as connection:
                assert connection.execute("select count(*) from kept").fetchone() == (1,)


@pytest.mark.parametrize("name", sorted(SERVERS))
def test_a_killed_server_is_started_again(data: DataDirectory, unused_port: int, name: str) -> None:
    with installation(data, unused_port) as driver:
        assert driver.says("Bureau is ready at"), driver.output
        first = running_status(data).processes[name]
        psutil.Process(first.pid).kill()
        assert driver.says("was ended by SIGKILL; starting it again")
        assert eventually(lambda: running_status(data).processes.get(name) not in (None, first))
        assert eventually(lambda: _selects_one(data))


def _selects_one(data: DataDirectory) -> bool:
    try:
        with psycopg.connect(urls(data)[1]) as connection:
            return connection.execute("select 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_a_second_one_in_the_same_directory_is_refused(
    data: DataDirectory, unused_port: int
) -> None:
    with installation(data, unused_port) as first:
        assert first.says("Bureau is ready at"), first.output
        with installation(data, unused_port) as second:
            assert second.wait() == 1
            assert second.output.startswith(f"Bureau is already running in {data.root}")
        assert _selects_one(data)
        assert data.status.exists()


def test_the_status_names_every_process_with_its_memory(
    data: DataDirectory, unused_port: int
) -> None:
    with pytest.raises(OperatorError, match="Nothing is running"):
        running_status(data)
    with installation(data, unused_port) as driver:
        assert driver.says("Bureau is ready at"), driver.output
        status = running_status(data)
        usages = usage_of(status)
        names = {usage.name for usage in usages}
        assert {"supervisor", "postgres", "valkey", "web", "worker", "watchdog"} <= names
        assert all(usage.rss > 0 and usage.uptime >= 0 for usage in usages)
        assert status.first_page_after is not None
        table = "\n".join(status_lines(status, usages))
        assert "PostgreSQL 18." in table
        assert f"sum of {len(usages)} processes" in table
        driver.process.kill()
        driver.process.wait()
        assert recorded_status(data) is not None
        with pytest.raises(OperatorError, match="Nothing is running"):
            running_status(data)


def test_external_servers_are_used_and_embedded_ones_not_touched(
    data: DataDirectory, unused_port: int
) -> None:
    environ = {"DATABASE_URL": "postgresql://app@db/office", "REDIS_URL": "redis://cache/0"}
    with installation(data, unused_port, environ) as driver:
        assert driver.says("Bureau is ready at"), driver.output
        assert "prepared with postgresql://app@db/office" in driver.output
        assert not data.postgres.exists()
        assert not data.valkey.exists()
        names = {process.name() for process in driver.family()}
        assert not names & {"postgres", "valkey-server"}


def test_a_busy_port_is_refused_with_one_sentence(data: DataDirectory) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with installation(data, port) as driver:
            assert driver.wait() == 1
            assert driver.output == (
                f"Port {port} on 127.0.0.1 cannot be used (Address already in use): choose "
                "another with --port or BUREAU_PORT.\n"
            )
    assert not data.postgres.exists()


def test_a_lost_secret_is_refused_with_one_sentence(data: DataDirectory, unused_port: int) -> None:
    environ = {"DATABASE_URL": "postgresql://app@db/office", "REDIS_URL": "redis://cache/0"}
    with installation(data, unused_port, environ) as driver:
        assert driver.says("Bureau is ready at"), driver.output
        driver.process.send_signal(signal.SIGTERM)
        driver.wait()
    (data.secrets / "field_keys").unlink()
    with installation(data, unused_port) as driver:
        assert driver.wait() == 1
        assert "field_keys is missing although" in driver.output
        assert driver.output.count("\n") == 1


def test_the_demonstration_users_are_shown(data: DataDirectory, unused_port: int) -> None:
    environ = {"DATABASE_URL": "postgresql://app@db/office", "REDIS_URL": "redis://cache/0"}
    with data.claim():
        passwords = {"admin": "s3cret", "analyst": "0ther", "patient": "third"}
        users = {name: {"password": password} for name, password in passwords.items()}
        data.demo.write_text(json.dumps({"users": users}))
    with installation(data, unused_port, environ, demo=True) as driver:
        assert driver.says("sign in    admin / s3cret or analyst / 0ther\n"), driver.output
    data.demo.unlink()
    with pytest.raises(OperatorError, match="bureau up --demo"):
        demo_users(data)


@pytest.fixture
def small_disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A file system of 30 MB, or of as many as the test asks for."""
    folder = tmp_path / "small"
    folder.mkdir()
    size = getattr(request, "param", 30)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}m,mode=755", "tmpfs", str(folder)]
    require("mount")
    subprocess.run(mount, check=True)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_refused_with_one_sentence(small_disk: Path, unused_port: int) -> None:
    data = DataDirectory(small_disk / "data")
    with installation(data, unused_port, output=small_disk.parent) as driver:
        assert driver.wait() == 1
        assert "MB free and at least 200 MB are needed" in driver.output
        assert driver.output.count("\n") == 1
    assert not data.root.exists()


def test_a_disk_that_fills_up_during_the_set_up_is_one_sentence(
    small_disk: Path, unused_port: int
) -> None:
    data = DataDirectory(small_disk / "data")
    environ = {"BUREAU_MIN_FREE_MB": "0"}
    with installation(data, unused_port, environ, output=small_disk.parent) as driver:
        assert driver.wait() == 1
        assert "is full" in driver.output
        assert "Traceback" not in driver.output
    assert not list(data.postgres.glob("initdb-*"))
    assert not (data.postgres / "pgdata").exists()


@pytest.mark.needs("mount")
@pytest.mark.security("a disk filled until PostgreSQL stops, and freed again")
@pytest.mark.parametrize("small_disk", [220], indirect=True)
def test_a_database_on_a_full_disk_comes_back_by_itself_when_there_is_room(
    small_disk: Path, unused_port: int
) -> None:
    data = DataDirectory(small_disk / "data")
    environ = {"BUREAU_MIN_FREE_MB": "0"}
    with installation(data, unused_port, environ, output=small_disk.parent) as driver:
        assert driver.says("Bureau is ready at", 60), driver.output
        keep_a_row(data)
        owner, _ = urls(data)
        family = {name: one.pid for name, one in running_status(data).processes.items()}
        _fill(small_disk / "filling")
        # the last connection is refused, or the server stops, as it likes
        with contextlib.suppress(psycopg.Error), psycopg.connect(owner) as connection:
            for _ in range(200):
                connection.execute("insert into kept select generate_series(1, 50000)")
                connection.commit()
        psutil.Process(family["postgres"]).kill()
        assert driver.says("postgres | was ended by SIGKILL; starting it again", 60)
        assert driver.process.poll() is None
        (small_disk / "filling").unlink()
        assert eventually(lambda: _selects_one(data), 90), driver.output
        with psycopg.connect(owner) as connection:
            (count,) = connection.execute("select count(*) from kept where number = 1").fetchone()
        assert count >= 1
        left = running_status(data).processes
        assert (left["web"].pid, left["valkey"].pid) == (family["web"], family["valkey"])


def _fill(path: Path) -> None:
    """Take all that is left of a small disk."""
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as handle:
        while handle.write(bytes(64 * 1024)):
            pass
