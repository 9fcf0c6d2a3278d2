"""The ground the races are run on: installations and servers of their own in a temporary folder.

Races measure the product from outside: this process never loads Django, and whatever needs the
application runs in a process of its own, with the environment given here.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from bureau.runtime.database import prepare_database
from bureau.runtime.datadir import DataDirectory
from bureau.runtime.environment import database_variables, redis_variables
from bureau.runtime.installation import demo_users
from bureau.runtime.status import Status, running_status
from bureau.runtime.testing import embedded_postgres, embedded_valkey

REPOSITORY = Path(__file__).resolve().parent.parent
START_PATIENCE = 300.0  # seconds
STOP_PATIENCE = 30.0
# what would point an installation of ours at somebody's servers or data, or tune it from outside
_FOREIGN = ("BUREAU_", "DATABASE_", "REDIS_", "CELERY_", "SECRET_KEY", "DJANGO_", "OPENBLAS_")


def clean_environment() -> dict[str, str]:
    """The environment of this process without anything that configures Bureau."""
    return {name: text for name, text in os.environ.items() if not name.startswith(_FOREIGN)}


class Installation:
    """A `bureau up --demo` in a process of its own, in the folder `data`, with these settings."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = DataDirectory(data)
        self.settings = settings
        self.port = _free_port()
        self.log = data.parent / f"{data.name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Start it and wait until it is ready; returns the seconds to the first page."""
        options = ["--demo", "--data", str(self.data.root), "--port", str(self.port)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bureau.cli", "up", *options],
                env=clean_environment() | self.settings,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            if self.data.status.exists() and (ready := self.status().first_page_after):
                return ready
            time.sleep(0.1)
        raise SystemExit(f"bureau up did not become ready:\n{self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(STOP_PATIENCE)
            self._process = None

    def status(self) -> Status:
        return running_status(self.data)

    def environment(self) -> dict[str, str]:
        """The environment of its processes, for another process beside them."""
        variables: dict[str, str] = json.loads(self.data.environment.read_text(encoding="utf-8"))
        return variables

    def access_token(self, name: str) -> str:
        """Sign a demonstration user in over HTTP."""
        person = {"username": name, "password": demo_users(self.data)[name]}
        answer = httpx.post(f"{self.url}/api/auth/login/", json=person, timeout=30)
        answer.raise_for_status()
        return str(answer.json()["access"])


class Ground:
    """Everything the races of one run share; leave the `with` block to stop and remove it."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._installation: Installation | None = None
        # how many studies the imaging race is run on
        self.studies = 200_000
        self.folder = Path(tempfile.mkdtemp(prefix="bureau-bench-"))
        # an embedded PostgreSQL that was started by root runs under another account
        self.folder.chmod(0o711)

    def kept_folder(self, name: str) -> Path:
        """A folder for what is dear to make: below `BENCH_DATA` it outlives the run."""
        folder = Path(os.environ.get("BENCH_DATA") or self.folder) / name
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)
        return folder

    def installation_in(self, folder: Path) -> Installation:
        """An installation whose data is or will be in this folder, not started yet."""
        place = Installation(folder / "data")
        self._stack.callback(place.stop)
        return place

    def installation(self) -> Installation:
        """The shared running installation, started at the first call."""
        if self._installation is None:
            self.new_installation().start()
        assert self._installation is not None
        return self._installation

    def new_installation(self) -> Installation:
        """A new one, not started yet, in place of the shared one."""
        if self._installation is not None:
            self._installation.stop()
        folder = Path(tempfile.mkdtemp(prefix="up-", dir=self.folder))
        self._installation = Installation(folder / "data")
        folder.chmod(0o711)
        self._stack.callback(self._installation.stop)
        return self._installation

    def bare_servers(self, name: str = "bare", parent: Path | None = None) -> dict[str, str]:
        """A prepared database and a Valkey without any process of the application, once a name.

        Args:
            parent: a folder that stays; servers that are there already are started again.

        Returns:
            The environment for processes that use them.
        """
        folder = (parent or self.folder) / name
        (folder / "data").mkdir(parents=True, exist_ok=parent is not None)
        folder.chmod(0o711)
        postgres = self._stack.enter_context(embedded_postgres(folder / "postgres"))
        valkey = self._stack.enter_context(embedded_valkey(folder / "valkey"))
        urls = prepare_database(postgres.superuser_dsn(), "bench", "owner", "app")
        environment = {
            **clean_environment(),
            **database_variables(*urls),
            **redis_variables(valkey.socket_path, {}),
            **application_variables(folder),
        }
        subprocess.run(
            [sys.executable, "-m", "bureau.cli", "manage", "prepare"],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return environment

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def application_variables(folder: Path) -> dict[str, str]:
    """What the application needs beside its servers, with a key ring in this folder."""
    keys = folder / "field_keys"
    if not keys.exists():
        keys.write_text("v1:" + base64.b64encode(secrets.token_bytes(32)).decode() + "\n")
    return {
        "DJANGO_SETTINGS_MODULE": "bureau.settings",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "BUREAU_FIELD_KEYS_FILE": str(keys),
        "BUREAU_DATA": str(folder / "data"),
        "BUREAU_LOG_LEVEL": "WARNING",
    }


def python(module: str, environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    """Start a module of this package with pipes, to talk to in lines."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env=environment,
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def read_answer(process: subprocess.Popen[str]) -> Any:
    """The next line of a process that answers in JSON.

    Raises:
        SystemExit: it ended instead.
    """
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise SystemExit(f"{process.args!r} ended with {process.wait()} and gave no answer")
    return json.loads(line)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
