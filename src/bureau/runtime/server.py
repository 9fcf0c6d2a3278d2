"""What PostgreSQL and Valkey have in common: a folder, a lock, a socket, a process."""

import os
import shutil
import subprocess
import time
from abc import ABC, abstractmethod
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from bureau.runtime.errors import OperatorError
from bureau.runtime.folders import last_lines, make_private, open_log, socket_folder, take_lock
from bureau.runtime.processes import Account, Command, Ladder, end_process


class Server(ABC):
    """A server process that works in one state folder, which it locks.

    `start` and `stop` are for use by themselves, also as a context manager. A supervisor calls
    `prepare`, starts `command()` itself, asks `is_ready` and ends with `release`.
    """

    title: ClassVar[str]
    stop_ladder: ClassVar[Ladder]
    longest_socket_name: ClassVar[str]

    def __init__(self, state_dir: Path | str) -> None:
        self.state = Path(state_dir).resolve()
        self.log = self.state / f"{self.title.lower()}.log"
        self.account: Account | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self._lock: TextIOWrapper | None = None
        self._sockets: Path | None = None

    @property
    @abstractmethod
    def socket_path(self) -> Path:
        """The server's unix socket."""

    @abstractmethod
    def command(self) -> Command:
        """Return how the server process is started; `prepare` must have run."""

    @abstractmethod
    def is_ready(self, pid: int) -> bool:
        """Tell whether the server process `pid` serves."""

    @abstractmethod
    def version(self) -> str:
        """Return the version of the server program, for example `18.6`."""

    @abstractmethod
    def make_ready(self) -> None:
        """Do what must be done before the process starts, with the lock held."""

    @property
    def socket_dir(self) -> Path:
        """The private folder of the socket; it exists from `prepare` to `release`."""
        if self._sockets is None:
            self._sockets = socket_folder(self.state, self.longest_socket_name, self.account)
        return self._sockets

    def prepare(self) -> None:
        """Lock the folder and make everything ready for the process; safe to repeat.

        Raises:
            OperatorError: another instance owns the folder, or it cannot be used.
        """
        # a server's own account may pass through the folder, but not list it
        mode = 0o711 if self.account else 0o700
        self.state.mkdir(mode=mode, parents=True, exist_ok=True)
        if self._lock is None:
            refusal = f"Another instance is using the {self.title} in {self.state}: stop it first."
            self._lock = take_lock(self.state / "lock", refusal)
        try:
            make_private(self.socket_dir, self.account)
            self.make_ready()
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Give up the folder: the socket folder and the lock. Nothing, when it is not ours."""
        if self._lock is None:
            return
        shutil.rmtree(self.socket_dir, ignore_errors=True)
        self._sockets = None
        self._lock.close()
        self._lock = None

    def start(self, timeout: float = 120) -> Self:
        """Start the server and return when it serves (`timeout` in seconds).

        Raises:
            OperatorError: another instance owns the folder, or the server did not start.
        """
        self.prepare()
        command = self.command()
        log = open_log(self.log)
        try:
            self.process = subprocess.Popen(
                command.argv, stdout=log, stderr=log, **command.spawn_options()
            )
            self._wait_until_ready(self.process, timeout)
        except BaseException:
            self.stop()
            raise
        finally:
            os.close(log)
        return self

    def stop(self) -> None:
        """Stop the server in good order and release the folder."""
        if self.process is not None and self.process.poll() is None:
            end_process(self.process, self.stop_ladder)
        self.process = None
        self.release()

    def failure(self, code: int) -> OperatorError:
        """Return the error for a server process that ended by itself with exit code `code`."""
        found = last_lines(self.log)
        if "No space left on device" in found:
            return OperatorError(
                f"{self.title} stopped because the disk of {self.state} is full: free some space "
                "and start again; nothing that was committed is lost."
            )
        return OperatorError(f"{self.title} ended with code {code}: {found} (see {self.log}).")

    def _wait_until_ready(self, process: "subprocess.Popen[bytes]", timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while not self.is_ready(process.pid):
            if (code := process.poll()) is not None:
                raise self.failure(code)
            if time.monotonic() > deadline:
                raise OperatorError(
                    f"{self.title} was not ready within {timeout:.0f} s: see {self.log}."
                )
            time.sleep(0.01)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
