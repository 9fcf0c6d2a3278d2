"""Tools of these tests: real processes, waited for with a limit."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships without annotations
from tests.waiting import PATIENCE

from bureau.runtime.processes import is_alive


def eventually(condition: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Tell whether `condition` becomes true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


class Driver:
    """A Python program in a process of its own, with its output in a file."""

    def __init__(self, process: "subprocess.Popen[bytes]", output: Path) -> None:
        self.process = process
        self._output = output

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return self._output.read_text()

    def says(self, text: str, seconds: float = PATIENCE) -> bool:
        """Tell whether it prints `text` within `seconds`."""
        return eventually(lambda: text in self.output, seconds)

    def family(self) -> list[psutil.Process]:
        """Return everything it has started, however deep."""
        return list(psutil.Process(self.process.pid).children(recursive=True))

    def child(self, words: str) -> psutil.Process:
        """Return its direct child with `words` in the command line."""
        for process in psutil.Process(self.process.pid).children():
            if words in " ".join(process.cmdline()):
                return process
        raise LookupError(f"{words!r} is not among its children")

    def wait(self, seconds: float = PATIENCE) -> int:
        """Wait for its end and return the exit code."""
        return self.process.wait(seconds)


@contextmanager
def python_program(
    source: str, folder: Path, environ: Mapping[str, str] | None = None
) -> Iterator[Driver]:
    """Run Python source in a process of its own for the length of a `with` block."""
    output = folder / f"output-{time.monotonic_ns()}.txt"
    with output.open("wb") as handle:
        process = subprocess.Popen(
            [sys.executable, "-c", source],
            stdout=handle,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environ or {})},
        )
    try:
        yield Driver(process, output)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def all_gone(processes: list[psutil.Process], seconds: float = PATIENCE) -> bool:
    """Tell whether all processes have ended within `seconds`."""
    return eventually(lambda: not any(is_alive(process) for process in processes), seconds)
