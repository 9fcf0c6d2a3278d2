"""What a file may make a parser do, done by harmless functions."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bureau.kernel.errors import InvalidInput
from bureau.kernel.sandbox import frames


def echo(*values: Any) -> Any:
    """The values, files as what stands in them."""
    return [value.read_text() if isinstance(value, Path) else value for value in values]


def burn(*_: Any) -> None:
    """Use the processor without end."""
    while True:
        pass


def wait(*_: Any) -> None:
    """Do nothing without end."""
    while True:
        time.sleep(60)


def grow(*_: Any) -> None:
    """Take memory without end."""
    held = []
    while True:
        held.append(bytearray(1 << 20))


def talk(*_: Any) -> Iterator[bytes]:
    """Answer without end."""
    while True:
        yield bytes(1 << 16)


def abort(*_: Any) -> None:
    """Die as a library does that gives up."""
    os.abort()


def stumble(*_: Any) -> None:
    """Raise what nobody expects, with the file's words."""
    raise KeyError("Sita Rai")


def refuse(sentence: str) -> None:
    """Refuse in words of its own."""
    raise InvalidInput(sentence)


def answer_twice(asked: Iterator[Any]) -> Iterator[Any]:
    """Answer what is asked later."""
    yield "ready"
    for value in asked:
        yield value * 2


def surroundings(secret: str) -> dict[str, Any]:
    """What can be reached from here."""
    return {
        "environment": sorted(os.environ),
        "uid": os.geteuid(),
        "reads": _can(lambda: Path(secret).read_bytes()),
        "connects": _can(lambda: socket.create_connection(("127.0.0.1", _port(secret)), 2)),
        "files": sorted(int(name) for name in os.listdir("/proc/self/fd")),
        "writes": _can(lambda: Path("/tmp/bureau-child").write_bytes(b"x")),
        "privileged": _can(lambda: os.setuid(0)) if os.geteuid() else False,
    }


def _port(secret: str) -> int:
    return int(secret.rpartition("-")[2])


def _can(do: Any) -> bool:
    try:
        do()
    except OSError:
        return False
    return True


def start_a_program(*_: Any) -> Iterator[int]:
    """Start a program that outlives its parent, as far as it is let."""
    yield subprocess.Popen(["sleep", "1000"]).pid
    wait()


def scratch(*_: Any) -> str:
    """Write into the folder for temporary files."""
    import tempfile

    with tempfile.NamedTemporaryFile("w+", delete=False) as file:
        file.write("kept")
    return file.name


def _link() -> socket.socket:
    """The connection to the caller, as code that took over the child would find it."""
    for name in os.listdir("/proc/self/fd"):
        try:
            found = socket.socket(fileno=os.dup(int(name)))
        except OSError:
            continue
        if found.family == socket.AF_UNIX:
            return found
    raise AssertionError


def nonsense() -> None:
    """Say something that is no JSON."""
    frames.write(_link(), frames.JSON, b"{nonsense")


def deep() -> None:
    """Say something that is nested beyond reason."""
    frames.write(_link(), frames.JSON, b"[" * 200_000)


def forged() -> None:
    """Say an error that nobody declared, with a header for the answer."""
    told = {"names": ["SystemExit"], "message": "x", "facts": {"headers": {"X": "y"}}}
    frames.write(_link(), frames.ERROR, json.dumps(told).encode())
