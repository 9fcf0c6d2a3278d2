"""PostgreSQL: cold and warm start, and everything that has gone wrong for others."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships without annotations
import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.waiting import PATIENCE

from bureau.runtime.errors import OperatorError
from bureau.runtime.folders import SOCKET_PATH_LIMIT, marker_of
from bureau.runtime.postgres import PostgresServer
from bureau.runtime.postgres_binaries import PostgresBinaries
from bureau.runtime.postgres_cluster import PREWARM, settings_text
from bureau.runtime.processes import processes_of
from bureau.runtime.tests.helpers import all_gone, eventually, python_program

MEGABYTE, GIGABYTE = 1024**2, 1024**3
START = """
import sys, time
from bureau.runtime.postgres import PostgresServer
server = PostgresServer({state!r}).start()
print("started", server.process.pid, flush=True)
time.sleep(60)
"""


def one(server: PostgresServer, query: str) -> object:
    with psycopg.connect(make_conninfo(**server.superuser_dsn())) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def test_a_cold_start_makes_a_cluster_and_a_warm_start_keeps_its_rows(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path / "state")
    with server, psycopg.connect(make_conninfo(**server.superuser_dsn())) as connection:
        connection.execute("create table kept as select 7 as number")
    with PostgresServer(tmp_path / "state") as again:
        assert one(again, "select number from kept") == 7
        assert one(again, "show listen_addresses") == ""
        assert one(again, "show password_encryption") == "scram-sha-256"
        sockets = again.socket_dir
    assert not sockets.exists()


def test_a_wrong_password_is_refused_on_the_socket(postgres: PostgresServer) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(make_conninfo(**{**postgres.superuser_dsn(), "password": "guess"}))


def test_a_port_opens_loopback_tcp(made_state: PostgresServer, unused_port: int) -> None:
    with PostgresServer(made_state.state, unused_port) as server:
        dsn = {**server.superuser_dsn(), "host": "127.0.0.1"}
        with psycopg.connect(make_conninfo(**dsn)) as connection:
            assert connection.execute("select 1").fetchone() == (1,)


def test_a_second_instance_is_refused_and_does_not_disturb_the_first(
    made_state: PostgresServer,
) -> None:
    with PostgresServer(made_state.state) as first:
        second = PostgresServer(made_state.state)
        assert second.socket_dir == first.socket_dir
        with pytest.raises(OperatorError, match="Another instance"):
            second.start()
        assert one(first, "select 1") == 1


def test_the_server_ends_when_its_parent_is_killed(
    made_state: PostgresServer, tmp_path: Path
) -> None:
    with python_program(START.format(state=str(made_state.state)), tmp_path) as parent:
        assert parent.says("started"), parent.output
        family = parent.family()
        parent.process.kill()
        assert all_gone(family)
    assert "database system is shut down" in made_state.log.read_text()


def test_a_killed_server_recovers_at_the_next_start(made_state: PostgresServer) -> None:
    with PostgresServer(made_state.state) as server:
        with psycopg.connect(make_conninfo(**server.superuser_dsn())) as connection:
            connection.execute("create table if not exists survivors (number int)")
            connection.execute("insert into survivors values (1)")
        assert server.process is not None
        server.process.kill()  # a zombie until it is waited for, as in a container
        server.release()  # as the end of its launcher does
        with PostgresServer(made_state.state) as again:
            assert one(again, "select count(*) > 0 from survivors") is True


@pytest.mark.parametrize("pid", [1, 999_999_999], ids=["reused by another program", "nobody's"])
def test_a_stale_pid_file_does_not_prevent_a_start(made_state: PostgresServer, pid: int) -> None:
    stale = f"{pid}\n{made_state.cluster.data}\n1700000000\n5432\n\n\n  1  1\nready\n"
    (made_state.cluster.data / "postmaster.pid").write_text(stale)
    with PostgresServer(made_state.state) as server:
        assert one(server, "select 1") == 1


def test_a_server_that_a_dead_launcher_left_is_ended_first(
    made_state: PostgresServer, tmp_path: Path
) -> None:
    with python_program(START.format(state=str(made_state.state)), tmp_path) as parent:
        assert parent.says("started"), parent.output
        left = parent.child("cluster_name")
        left.send_signal(signal.SIGSTOP)  # it cannot hear the kernel's signal now
        parent.process.kill()
        parent.process.wait()
        assert processes_of("postgres", marker_of(made_state.state))
        psutil.Process(left.pid).send_signal(signal.SIGCONT)
        with PostgresServer(made_state.state) as server:
            assert server.process is not None
            assert server.process.pid != left.pid
            assert one(server, "select 1") == 1


def test_a_long_data_path_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 20) / ("deep" * 20) / ("path" * 20)
    with PostgresServer(deep) as server:
        assert len(os.fsencode(server.socket_path)) <= SOCKET_PATH_LIMIT
        assert one(server, "select 1") == 1


def test_a_first_start_that_was_killed_leaves_nothing_half_made(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with python_program(START.format(state=str(state)), tmp_path) as parent:
        assert eventually(lambda: any(state.glob("initdb-*/PG_VERSION")))
        parent.process.kill()
        parent.process.wait()
    assert not (state / "pgdata").exists()
    with PostgresServer(state) as server:
        assert one(server, "select 1") == 1
    assert not list(state.glob("initdb-*"))


def test_a_lost_superuser_password_is_named_and_not_replaced(made_state: PostgresServer) -> None:
    kept = made_state.cluster.password_file.read_text()
    made_state.cluster.password_file.unlink()
    try:
        with pytest.raises(OperatorError, match=r"superuser\.password is missing"):
            PostgresServer(made_state.state).start()
        assert not made_state.cluster.password_file.exists()
    finally:
        made_state.cluster.password_file.write_text(kept)


def test_a_cluster_of_another_major_version_is_refused(made_state: PostgresServer) -> None:
    version = made_state.cluster.data / "PG_VERSION"
    kept = version.read_text()
    version.write_text("9\n")
    try:
        with pytest.raises(OperatorError, match="made by PostgreSQL 9"):
            PostgresServer(made_state.state).start()
    finally:
        version.write_text(kept)


@pytest.mark.needs("root")
def test_root_can_keep_its_data_below_a_private_folder(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    with PostgresServer(private / "state") as server:
        assert one(server, "select 1") == 1
        assert server.process is not None
        assert psutil.Process(server.process.pid).uids().real != 0
    assert private.stat().st_mode & 0o777 == 0o700


@pytest.mark.needs("root", "shared")
def test_a_plain_user_can_start_it() -> None:
    home = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    os.chown(home, 65534, 65534)
    try:
        source = START.format(state=str(home / "state")).replace("time.sleep(60)", "server.stop()")
        done = subprocess.run(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
            + [os.path.realpath(sys.executable), "-c", source],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            cwd="/",
            timeout=PATIENCE,
            check=False,
        )
        assert "started" in done.stdout, done.stderr
    finally:
        subprocess.run(["rm", "-rf", str(home)], check=True)


@pytest.mark.parametrize(
    ("memory", "kept"), [(GIGABYTE, "128MB"), (4 * GIGABYTE, "512MB"), (64 * GIGABYTE, "1024MB")]
)
def test_a_larger_machine_keeps_more_pages(memory: int, kept: str) -> None:
    assert f"shared_buffers = {kept}\n" in settings_text(18, 8 * GIGABYTE, memory)


def test_kept_pages_come_back_after_a_start_where_the_library_is_there(tmp_path: Path) -> None:
    assert "shared_preload_libraries" not in settings_text(18, 8 * GIGABYTE, GIGABYTE)
    assert not PostgresBinaries(tmp_path / "bin").has_library(PREWARM)
    with PostgresServer(tmp_path / "kept") as server:
        assert one(server, "show shared_preload_libraries") == PREWARM
    assert (server.cluster.data / "autoprewarm.blocks").exists()


def test_small_shared_memory_is_not_used_for_parallel_work() -> None:
    assert "dynamic_shared_memory_type = mmap" in settings_text(18, 64 * MEGABYTE, GIGABYTE)
    assert "dynamic_shared_memory_type" not in settings_text(18, 8 * GIGABYTE, GIGABYTE)
    assert "io_method" not in settings_text(17, 8 * GIGABYTE, GIGABYTE)
