"""Run a command beside a PostgreSQL on a TCP port, which stands in for an external server.

`python -m tests.external_postgres pytest …` gives the command `TEST_SUPERUSER_URL`, ends with its
exit status and leaves nothing behind.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from bureau.runtime.testing import embedded_postgres


@contextmanager
def external_postgres() -> Iterator[str]:
    """The superuser's URL of a fresh server on a free port of 127.0.0.1."""
    folder = Path(tempfile.mkdtemp(prefix="bureau-external-"))
    try:
        with embedded_postgres(folder / "postgres", port=free_port()) as server:
            dsn = server.superuser_dsn()
            password = quote(dsn["password"], safe="")
            yield f"postgresql://{dsn['user']}:{password}@127.0.0.1:{dsn['port']}/{dsn['dbname']}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody used a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main(command: Sequence[str]) -> int:
    """Run the command; its exit status."""
    if not command:
        sys.exit("Name the command to run: python -m tests.external_postgres COMMAND …")
    with external_postgres() as url:
        environment = {**os.environ, "TEST_SUPERUSER_URL": url}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
