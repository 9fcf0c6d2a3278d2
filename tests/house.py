"""A real installation beside the tests, in processes and a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.external_postgres import free_port
from tests.waiting import PATIENCE

STOP_SECONDS = 60
# everything else of this process's environment, above all its servers and keys, stays here
KEPT_VARIABLES = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONPYCACHEPREFIX")


@dataclass(frozen=True)
class House:
    """A running installation."""

    base_url: str
    passwords: dict[str, str]
    data: Path

    def manage(self, *arguments: str) -> str:
        """Run one of the installation's management commands; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "bureau.cli", "manage", "--data", str(self.data), *arguments],
            env=environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def started_house(**variables: str) -> Iterator[House]:
    """`bureau up --demo` in a folder of its own, ready to answer, with these variables set."""
    with TemporaryDirectory(prefix="bureau-browser-") as folder:
        data, log = Path(folder) / "data", Path(folder) / "log.txt"
        port = free_port()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "bureau.cli", "up", "--demo"),
                    *("--data", str(data), "--port", str(port)),
                ],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**environment(), **variables},
            )
        try:
            base_url = f"http://127.0.0.1:{port}"
            wait_until_ready(process, base_url, log)
            users = json.loads((data / "demo.json").read_text())["users"]
            yield House(base_url, {name: user["password"] for name, user in users.items()}, data)
        finally:
            stop(process)


def environment() -> dict[str, str]:
    """What the installation sees of this process's environment."""
    return {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}


def wait_until_ready(process: subprocess.Popen[bytes], base_url: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            # a name that every installation of these tests goes by
            asked = urllib.request.Request(f"{base_url}/api/health/", headers={"Host": "localhost"})
            with urllib.request.urlopen(asked, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"The installation did not answer at {base_url}:\n{log.read_text()[-4000:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
