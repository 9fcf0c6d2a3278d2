"""The data folder of a PostgreSQL server: how it is created, configured and checked."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships without annotations

from bureau.runtime.errors import OperatorError
from bureau.runtime.folders import give, write_private
from bureau.runtime.postgres_binaries import PostgresBinaries
from bureau.runtime.processes import (
    Account,
    account_options,
    can_enter,
    die_with_parent,
)

SERVER_ENV = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
SMALL_SHARED_MEMORY = 256 * 1024 * 1024
PREWARM = "pg_prewarm"


class Cluster:
    """The folder `pgdata` in a state folder, with the superuser's password beside it."""

    def __init__(self, state: Path, account: Account | None) -> None:
        self.state = state
        self.data = state / "pgdata"
        self.password_file = state / "superuser.password"
        self.account = account

    def password(self) -> str:
        """Return the superuser's password."""
        return self.password_file.read_text(encoding="utf-8").strip()

    def create(self, binaries: PostgresBinaries) -> None:
        """Create the cluster when there is none.

        initdb works in a temporary folder that is renamed at the end, so that a first start that
        is killed leaves nothing half made.

        Raises:
            OperatorError: initdb failed, or the cluster is there and its password is not.
        """
        self._remove_drafts()
        if (self.data / "PG_VERSION").exists():
            self._require_password()
            return
        if not self.password_file.exists():
            write_private(self.password_file, secrets.token_urlsafe(24) + "\n")
        draft = Path(tempfile.mkdtemp(prefix="initdb-", dir=self.state))
        give(draft, self.account)
        self._run_initdb(binaries, draft)
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as handle:
            handle.write("\ninclude_if_exists = 'bureau.conf'\n")
        draft.rename(self.data)
        # what a killed initdb had started may have written into its draft until just now
        self._remove_drafts()

    def configure(self, binaries: PostgresBinaries) -> None:
        """Check that the programs fit the cluster and write its settings.

        Raises:
            OperatorError: the cluster was made by another major version.
        """
        version = binaries.version()
        major = version.split(".")[0]
        made_by = (self.data / "PG_VERSION").read_text(encoding="utf-8").strip()
        if major != made_by:
            raise OperatorError(
                f"The database in {self.data} was made by PostgreSQL {made_by}, but the programs "
                f"found are {version}: restore a backup into a new data folder, or set PG_BIN to "
                f"PostgreSQL {made_by}."
            )
        # not through a link: the folder belongs to an account that may not write elsewhere
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        descriptor = os.open(self.data / "bureau.conf", flags, 0o644)
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            handle.write(
                settings_text(
                    int(major),
                    _shared_memory(),
                    _memory(),
                    can_prewarm=binaries.has_library(PREWARM),
                )
            )

    def path_for_server(self, folder: Path, descriptor: int) -> str:
        """Name `folder`, which is open as `descriptor`, so that the server can enter it.

        A data folder below a private home (root's own is mode 700) is closed to the server's
        account. Linux lets a process enter a folder that it holds open, whatever the parents say.
        """
        if can_enter(self.account, folder):
            return str(folder)
        return f"/proc/self/fd/{descriptor}"

    def _remove_drafts(self) -> None:
        for draft in self.state.glob("initdb-*"):
            shutil.rmtree(draft, ignore_errors=True)

    def _require_password(self) -> None:
        if not self.password_file.exists():
            raise OperatorError(
                f"{self.password_file} is missing, so the database in {self.data} cannot be "
                "opened: put the file back from your backup."
            )

    def _run_initdb(self, binaries: PostgresBinaries, draft: Path) -> None:
        folder = os.open(draft, os.O_RDONLY | os.O_DIRECTORY)
        password = pipe_holding(self.password_file.read_bytes(), self.account)
        argv = [
            *(binaries.program("initdb"), "-D", self.path_for_server(draft, folder)),
            *("-U", "postgres", "-A", "scram-sha-256", f"--pwfile=/dev/fd/{password}"),
            *("-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--locale=C", "--no-instructions"),
        ]
        try:
            done = subprocess.run(
                argv,
                check=False,
                env=SERVER_ENV,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),
                pass_fds=(folder, password),
                **account_options(self.account),
            )
        finally:
            os.close(folder)
            os.close(password)
        if done.returncode != 0:
            shutil.rmtree(draft)
            raise self._initdb_failure(done.stderr.decode(errors="replace"))

    def _initdb_failure(self, output: str) -> OperatorError:
        if "No space left on device" in output:
            return OperatorError(
                f"The disk of {self.state} is full, so the database could not be created: free "
                "at least 200 MB and start again."
            )
        return OperatorError(f"The database could not be created: {' '.join(output.split())}")


def pipe_holding(content: bytes, account: Account | None) -> int:
    """Return the read end of a pipe with `content`, which `account` may open by its number."""
    reader, writer = os.pipe()
    with os.fdopen(writer, "wb") as handle:
        handle.write(content)
    if account is not None:
        os.fchown(reader, account.uid, account.gid)
    return reader


def settings_text(major: int, shared_memory: int, memory: int, *, can_prewarm: bool = False) -> str:
    """Return the server's settings as a configuration file; `ALTER SYSTEM` overrides them.

    Args:
        shared_memory: size of /dev/shm in bytes. Containers often have 64 MB, too small for a
            parallel index build, which then fails as "disk full".
        memory: bytes of the machine, or of what limits us on it. The database is one of several
            tenants: it takes an eighth for pages it keeps, and only as it comes to need them.
        can_prewarm: the library is there that reads these pages back in the background after a start.
    """
    settings = {
        "max_connections": "100",
        "shared_buffers": _megabytes(memory // 8, least=128, most=1024),
        "effective_cache_size": _megabytes(memory // 2, least=512, most=65536),
        "work_mem": "8MB",
        "maintenance_work_mem": _megabytes(memory // 16, least=64, most=1024),
        "max_wal_size": "1GB",
        "random_page_cost": "1.1",
        "max_logical_replication_workers": "0",
        "password_encryption": "'scram-sha-256'",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "log_line_prefix": "'%m [%p] '",
        "log_checkpoints": "off",
    }
    if shared_memory < SMALL_SHARED_MEMORY:
        settings["dynamic_shared_memory_type"] = "mmap"
    if can_prewarm:
        settings["shared_preload_libraries"] = f"'{PREWARM}'"
    if major >= 18:
        # the default keeps three more processes, which a local disk does not need
        settings["io_method"] = "sync"
    return "".join(f"{name} = {value}\n" for name, value in settings.items())


def _megabytes(size: int, *, least: int, most: int) -> str:
    return f"{min(max(size >> 20, least), most)}MB"


def _memory() -> int:
    """Return the bytes of memory that this process may count on; a container's limit counts."""
    sizes: list[int] = [psutil.virtual_memory().total]
    with suppress(OSError, ValueError):
        sizes.append(int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    return min(sizes)


def _shared_memory() -> int:
    try:
        return shutil.disk_usage("/dev/shm").total
    except OSError:
        return 0
