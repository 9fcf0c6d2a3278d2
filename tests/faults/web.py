"""A real web server in a process of its own, on the test database."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from websockets.sync.client import connect

from tests.external_postgres import free_port
from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def web_server(**variables: str) -> Iterator[int]:
    """Its port; `variables` are added to its environment."""
    number = free_port()
    command = [sys.executable, "-m", "uvicorn", "bureau.asgi:application", "--port", str(number)]
    environment = {**os.environ, "BUREAU_DB_POOL": "4", **variables}
    server = subprocess.Popen([*command, "--log-level", "error"], cwd=ROOT, env=environment)
    try:
        _wait_for(number, server)
        yield number
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert server.poll() is None, "the web server ended"
        try:
            with connect(f"ws://127.0.0.1:{port}/ws/jobs/1/", origin="http://localhost"):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the web server did not come up")
