"""Start processes that cannot outlive us, and recognise those that did."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]  # ships without annotations

from bureau.runtime.errors import OperatorError

PR_SET_PDEATHSIG = 1
KILL_PATIENCE = 10.0  # seconds
# How a process is stopped: signals that grow in force, each with the seconds it is given.
Ladder = tuple[tuple[signal.Signals, float], ...]
# Loaded before any fork: a child between fork and exec must not import or open a library.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """A system account that a server is started under."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Command:
    """All that is needed to start one process, as data."""

    argv: Sequence[str]
    env: Mapping[str, str]
    death_signal: signal.Signals = signal.SIGTERM
    account: Account | None = None
    pass_fds: tuple[int, ...] = ()
    stdin: bytes = b""
    cwd: str | None = None
    # how much it stands back when processors are short: 0 not at all, 19 the most
    niceness: int = 0

    def spawn_options(self) -> dict[str, Any]:
        """Return the keyword arguments that `subprocess.Popen` and asyncio both take.

        Call it, and spawn, on the main thread: the death signal is sent when the spawning
        *thread* ends.
        """
        options: dict[str, Any] = {
            "env": dict(self.env),
            "stdin": subprocess.PIPE if self.stdin else subprocess.DEVNULL,
            "cwd": self.cwd,
            "umask": 0o077,  # what an installation writes is nobody else's business
            "start_new_session": True,
            "pass_fds": self.pass_fds,
            "preexec_fn": die_with_parent(self.death_signal, self.niceness),
        }
        return options | account_options(self.account)


def account_options(account: Account | None) -> dict[str, Any]:
    """Return the `subprocess` arguments that run a program under `account` (None: as we are)."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def die_with_parent(signum: signal.Signals, niceness: int = 0) -> Callable[[], None]:
    """Return a `preexec_fn` after which the kernel sends `signum` when this process dies.

    Only Linux has this; elsewhere the watchdog ends the application, and the next start the servers.
    """
    parent = os.getpid()

    def in_child() -> None:
        if niceness:
            _stand_back(niceness)
        if _libc is None:
            return
        _libc.prctl(PR_SET_PDEATHSIG, int(signum))
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    return in_child


def _stand_back(niceness: int) -> None:
    os.nice(niceness)
    # where Linux shares processors among sessions first, the session has to stand back as well
    with suppress(OSError):
        os.write(os.open("/proc/self/autogroup", os.O_WRONLY), str(niceness).encode())


def unprivileged_account(environ: Mapping[str, str] = os.environ) -> Account | None:
    """Return the account PostgreSQL runs under when we are root, else None.

    PostgreSQL refuses root. Tried in order: `BUREAU_POSTGRES_USER`, `postgres`, `nobody`.

    Raises:
        OperatorError: we are root and none of the accounts exists.
    """
    if os.geteuid() != 0:
        return None
    for name in (environ.get("BUREAU_POSTGRES_USER"), "postgres", "nobody"):
        try:
            if name:
                entry = pwd.getpwnam(name)
                return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
        except KeyError:
            continue
    raise OperatorError(
        "PostgreSQL does not run as root and neither 'postgres' nor 'nobody' exists here: "
        "set BUREAU_POSTGRES_USER to an unprivileged account, or start Bureau as a plain user."
    )


def can_enter(account: Account | None, folder: Path) -> bool:
    """Tell whether `account` can reach `folder` through all of its parents."""
    if account is None:
        return os.access(folder, os.X_OK)
    test = ["/bin/sh", "-c", 'test -x "$0"', str(folder)]
    done = subprocess.run(test, check=False, cwd="/", **account_options(account))
    return done.returncode == 0


@dataclass(frozen=True)
class ProcessIdentity:
    """A process id with a mark of its start, so that a reused id is not taken for the old one."""

    pid: int
    start: str

    @classmethod
    def of(cls, pid: int) -> "ProcessIdentity | None":
        """Return the identity of a running process, None when there is none of that id."""
        try:
            return cls(pid, _start_mark(pid))
        except (psutil.Error, OSError):
            return None

    def find(self) -> "psutil.Process | None":
        """Return the live process (a zombie does not count), None when it is gone."""
        if ProcessIdentity.of(self.pid) != self:
            return None
        try:
            process = psutil.Process(self.pid)
        except psutil.Error:
            return None
        return process if is_alive(process) else None


def _start_mark(pid: int) -> str:
    """Return a text that no other process of this id has, before or after a reboot.

    On Linux it is made of clock ticks since the boot: the time of day at which a process started
    moves when the clock is set.
    """
    if sys.platform != "linux":
        return str(psutil.Process(pid).create_time())
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    # the name in parentheses may hold anything, so count from behind it: field 22 of proc(5)
    fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    return f"{boot} {fields[19]}"


def is_alive(process: "psutil.Process") -> bool:
    """Tell whether a process runs; a zombie that nobody has reaped yet does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def processes_of(program: str, marker: str) -> "list[psutil.Process]":
    """Return the live processes of `program` that carry `marker` in their command line."""
    found = []
    for process in psutil.process_iter(["name", "cmdline"]):
        words = process.info["cmdline"] or []
        if process.info["name"] == program and any(marker in word for word in words):
            found.append(process)
    return [process for process in found if is_alive(process)]


def end_leftovers(program: str, marker: str, signum: signal.Signals, patience: float = 30) -> None:
    """End what a dead launcher left running: ask with `signum`, wait `patience` seconds, kill.

    Call it only while holding the lock of the folder the processes work in.

    Raises:
        OperatorError: a process stays although it was killed, as on a disk that hangs.
    """
    deadline = time.monotonic() + patience
    asked: set[int] = set()
    while left := processes_of(program, marker):
        if time.monotonic() > deadline + KILL_PATIENCE:
            raise OperatorError(
                f"Process {left[0].pid} ({program}) of an earlier start does not end, even when "
                "killed: look at the disk it works on, or restart the machine."
            )
        for process in left:
            if time.monotonic() > deadline:
                signal_quietly(process.pid, signal.SIGKILL)
            elif process.pid not in asked:
                signal_quietly(process.pid, signum)
                asked.add(process.pid)
        time.sleep(0.02)


def signal_quietly(pid: int, signum: signal.Signals) -> None:
    """Send a signal to a process (a whole group: minus its id) that may already be gone."""
    try:
        os.kill(pid, signum)
    except ProcessLookupError:
        return


def end_process(process: "subprocess.Popen[bytes]", ladder: Ladder) -> None:
    """End a child by the signals of `ladder`, then kill it."""
    for signum, seconds in ladder:
        process.send_signal(signum)
        try:
            process.wait(seconds)
            return
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    process.wait()
