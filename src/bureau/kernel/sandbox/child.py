"""What happens in a child: confine, read the arguments, run one function, say what came of it."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

from bureau.kernel.errors import BureauError
from bureau.kernel.sandbox import confinement, frames
from bureau.kernel.sandbox.parsers import Limits, Parser

LONGEST_ARGUMENTS = 1 << 24
# attributes of an error that cross over; a broken child sets no header and no body of an answer
CROSSING = ("fields", "details", "reason")


@dataclass(frozen=True, slots=True)
class Request:
    """What a child is asked to run."""

    function: str
    limits: Limits
    preload: tuple[str, ...]
    scratch: bool
    asks: bool

    @property
    def module(self) -> str:
        """The function's module."""
        return self.function.partition(":")[0]

    @classmethod
    def of(cls, said: dict[str, Any]) -> Request:
        """What `described` made."""
        limits, preload = Limits(**said.pop("limits")), tuple(said.pop("preload"))
        return cls(limits=limits, preload=preload, **said)


def described(parser: Parser) -> dict[str, Any]:
    """A parser as plain data, for the server."""
    return {
        "function": parser.function,
        "limits": asdict(parser.limits),
        "preload": list(parser.preload),
        "scratch": parser.scratch,
        "asks": parser.asks,
    }


def run_child(
    request: Request, data: socket.socket, files: list[int], scratch: str, *, change_uid: bool
) -> NoReturn:
    """Never comes back: the process ends with the answer."""
    # nothing of the server's may run again in here, whatever happens
    status = 1
    try:
        _leave_server({data.fileno(), *files}, scratch)
        confinement.limit(request.limits)
        if change_uid:
            confinement.become(confinement.uid_for(os.getpid()))
        confinement.seal()
        _answer(request, data, files, scratch)
        status = 0
    finally:
        os._exit(status)


def _leave_server(kept: set[int], scratch: str) -> None:
    """Close what other calls have open; be the head of a group of processes."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    for number in [int(name) for name in os.listdir("/proc/self/fd")]:
        if number > 2 and number not in kept:
            try:
                os.close(number)
            except OSError:
                # the one through which the folder was read is closed by now
                continue
    if scratch:
        os.environ["TMPDIR"] = scratch
        os.chdir(scratch)
        tempfile.tempdir = scratch


def _answer(request: Request, data: socket.socket, files: list[int], scratch: str) -> None:
    no_memory = json.dumps({"reason": "MEMORY"}).encode()
    try:
        function = getattr(importlib.import_module(request.module), request.function.split(":")[1])
        for part in _parts(function, request, data, files, scratch):
            frames.write_part(data, part)
        frames.write(data, frames.END)
    except MemoryError:
        frames.write(data, frames.ERROR, no_memory)
    except BureauError as problem:
        frames.write(data, frames.ERROR, json.dumps(_told(problem)).encode())
    except Exception as problem:
        # its name only: its words may hold what stands in the file
        told = {"reason": "DAMAGED", "name": type(problem).__name__}
        frames.write(data, frames.ERROR, json.dumps(told).encode())


def _parts(
    function: Callable[..., Any],
    request: Request,
    data: socket.socket,
    files: list[int],
    scratch: str,
) -> Iterable[Any]:
    frame = frames.read(data, LONGEST_ARGUMENTS)
    if frame is None:
        sys.exit(1)
    values = [_given(value, files, scratch) for value in frames.value_of(*frame)]
    answered = function(_asked(data), *values) if request.asks else function(*values)
    return answered if isinstance(answered, Iterator) else [answered]


def _given(value: Any, files: list[int], scratch: str) -> Any:
    if not (isinstance(value, dict) and value.keys() == {"$file"}):
        return value
    place = value["$file"]
    lent = Path(f"/proc/self/fd/{files[place]}")
    if not scratch:
        return lent
    # some libraries follow a link to the file's real path first, which leads nowhere in here
    return Path(shutil.copyfile(lent, Path(scratch, f"lent-{place}")))


def _asked(data: socket.socket) -> Iterator[Any]:
    """What the caller sends while the function runs."""
    while (frame := frames.read(data, LONGEST_ARGUMENTS)) is not None:
        yield frames.value_of(*frame)


def _told(problem: BureauError) -> dict[str, Any]:
    facts = {name: getattr(problem, name) for name in CROSSING if hasattr(problem, name)}
    names = [kind.__name__ for kind in type(problem).__mro__]
    return {"names": names, "message": problem.message, "facts": facts}
