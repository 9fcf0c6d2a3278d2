"""A RabbitMQ node of a test's own, which may be killed and started again.

Debian's and RabbitMQ's own packages bring the server; nothing of the machine's node is touched:
name, folders, cookie, ports and port mapper are this node's, and all of them on loopback.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Self

from tests.external_postgres import free_port
from tests.waiting import PATIENCE

# what is on the PATH may be a wrapper that changes user; the packages' own program does not
PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
STARTED = "Server startup complete"
PAUSE = 0.2  # seconds

_CONFIGURATION = """\
listeners.tcp.local = 127.0.0.1:{port}
log.console = true
log.file = false
"""


def is_installed() -> bool:
    """Whether this machine has the programs."""
    return PROGRAM.exists() and shutil.which("epmd") is not None


class OwnRabbit:
    """One node with its folder; use it as a context that starts it and removes what it started."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._mapper_port = free_port()
        self._output = folder / "output.log"
        self._mapper: subprocess.Popen[bytes] | None = None
        self._node: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address, for kombu and Celery."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def start(self) -> None:
        """Start the node and wait until it takes connections.

        Raises:
            RuntimeError: it ended, or did not start in time.
        """
        with self._output.open("wb") as output:
            self._node = subprocess.Popen(
                [PROGRAM.resolve()],
                env=self._environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        end = time.monotonic() + PATIENCE
        while STARTED not in (text := self._output.read_text(errors="replace")):
            if self._node.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"RabbitMQ did not start:\n{text[-3000:]}")
            time.sleep(PAUSE)

    def kill(self) -> None:
        """`kill -9`: no goodbye to its clients, nothing written that was not written before."""
        if self._node is not None:
            os.killpg(self._node.pid, signal.SIGKILL)
            self._node.wait()
            self._node = None

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": f"bureau-{self.port}@localhost",
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            # the machine's own node has one; what it says is not for us
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none.conf"),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "ERL_EPMD_PORT": str(self._mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "rabbitmq.conf").write_text(_CONFIGURATION.format(port=self.port))
        (self.folder / "plugins").write_text("[].\n")
        # the node would leave a port mapper behind as a daemon; this one is ours to end
        self._mapper = subprocess.Popen(
            ["epmd", "-port", str(self._mapper_port), "-address", "127.0.0.1"],
            stdin=subprocess.DEVNULL,
        )
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        if self._mapper is not None:
            self._mapper.kill()
            self._mapper.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
