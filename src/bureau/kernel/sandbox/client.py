"""The caller's side: one server a process, one child a call."""

from __future__ import annotations

import atexit
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from bureau.kernel.errors import BureauError, Unavailable
from bureau.kernel.sandbox import frames
from bureau.kernel.sandbox.child import CROSSING, described
from bureau.kernel.sandbox.errors import SENTENCES, FileRefused, Reason
from bureau.kernel.sandbox.lending import Lent, descriptor_of
from bureau.kernel.sandbox.parsers import Parser

logger = logging.getLogger(__name__)
# children at a time for one process; more would only wait for processors and hold memory
AT_ONCE = max(2, os.cpu_count() or 2)
WAIT_FOR_TURN = 60.0
# what a server is told of its surroundings: nothing that it could leak
_PASSED_ON = (
    *("PATH", "LANG", "LC_ALL", "TMPDIR", "TESSDATA_PREFIX", "VIRTUAL_ENV", "PYTHONPATH"),
    *("PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE"),
)
# libraries that would start a thread for each processor, in every child
_ONE_THREAD = dict.fromkeys(
    ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"), "1"
)
START_SECONDS = 60.0


class _Server:
    """The process that makes this process's children."""

    def __init__(self) -> None:
        # the child's side reads no settings
        from bureau.kernel.sandbox.hidden import hidden_paths

        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "bureau.kernel.sandbox.server"]
                + [str(theirs.fileno()), json.dumps(hidden_paths())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={**environment, **_ONE_THREAD, "MALLOC_ARENA_MAX": "2"},
                start_new_session=True,
            )
        self.control.settimeout(START_SECONDS)
        try:
            said = self.control.recv(1 << 12)
        except OSError:
            said = b""
        if not said:
            self.close()
            raise Unavailable("Files cannot be read at the moment. Try again shortly.")
        self.control.settimeout(None)
        self.held: dict[str, bool] = json.loads(said)

    def close(self) -> None:
        """Let it end, and with it all its children."""
        self.control.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)

    def forget(self) -> None:
        """In a process that was forked: the server is our parent's."""
        self.control.close()
        self._process.returncode = 0


_lock = threading.Lock()
_server: _Server | None = None
_turns = threading.BoundedSemaphore(AT_ONCE)


def _running(*, but: _Server | None = None) -> _Server:
    """The server; a new one where there is none, or only the one that failed."""
    global _server
    with _lock:
        if _server is not None and _server is but:
            _server.close()
            _server = None
        if _server is None:
            _server = _Server()
        return _server


def _after_fork() -> None:
    global _lock, _server, _turns
    _lock, _turns = threading.Lock(), threading.BoundedSemaphore(AT_ONCE)
    if _server is not None:
        _server.forget()
        _server = None


@atexit.register
def _close() -> None:
    if _server is not None:
        _server.close()


os.register_at_fork(after_in_child=_after_fork)


def isolation() -> dict[str, bool]:
    """What the system lets us take from children: `network`, `folders` and an own `uid`."""
    return dict(_running().held)


class Call:
    """A child that runs a parser's function on arguments.

    Args:
        values: plain data, and files as `Lent`.
    """

    def __init__(self, parser: Parser, *values: Any) -> None:
        self._parser, self._left = parser, parser.limits.output_bytes
        if not _turns.acquire(timeout=WAIT_FOR_TURN):
            raise Unavailable("Too many files are being read at the moment. Try again shortly.")
        self._turn: threading.BoundedSemaphore | None = _turns
        try:
            self._data, self._status, self.pid = _start(parser, values)
        except BaseException:
            self._give_turn_back()
            raise

    def __enter__(self) -> Call:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_turn", None) is not None and hasattr(self, "pid"):
            self.close()

    def send(self, value: Any) -> None:
        """Tell the function more; for parsers that ask."""
        with suppress(OSError):
            self._data.settimeout(self._parser.limits.wall_seconds)
            frames.write_part(self._data, value)

    def parts(self) -> Iterator[Any]:
        """What the function yields, or the one value that it answers; the end closes the call.

        Raises:
            FileRefused: a limit was reached, or the child died.
            BureauError: one of the parser's declared refusals.
        """
        try:
            while (frame := self._next())[0] != frames.END:
                yield self._value_of(*frame)
        finally:
            self.close()

    def _value_of(self, kind: bytes, content: bytearray) -> Any:
        # a child that a file took over may say anything
        try:
            value = frames.value_of(kind, content)
            problem = self._problem(value) if kind == frames.ERROR else None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise FileRefused("DAMAGED") from None
        if problem is not None:
            raise problem
        return value

    def _next(self) -> tuple[bytes, bytearray]:
        limits = self._parser.limits
        deadline = time.monotonic() + limits.wall_seconds
        try:
            frame = frames.read(self._data, min(self._left, limits.part_bytes), deadline)
        except TimeoutError:
            raise FileRefused("WALL") from None
        except frames.TooMuch:
            raise FileRefused("OUTPUT") from None
        if frame is None:
            raise FileRefused(self._cause_of_death())
        self._left -= len(frame[1])
        return frame

    def _cause_of_death(self) -> Reason:
        # SIGXCPU and SIGPROF: the processor time was used up
        return "CPU" if self._exit_code() in (-24, -27) else "KILLED"

    def _exit_code(self) -> int | None:
        self._status.settimeout(5)
        with suppress(OSError, ValueError):
            said = b"".join(iter(lambda: self._status.recv(256), b""))
            return int(json.loads(said)["exit"])
        return None

    def _problem(self, told: dict[str, Any]) -> BureauError:
        if "reason" in told:
            if "name" in told:
                logger.warning("%s failed with %s", self._parser.name, str(told["name"])[:80])
            reason: Reason = told["reason"] if told["reason"] in SENTENCES else "DAMAGED"
            return FileRefused(reason)
        known = {kind.__name__: kind for kind in self._parser.errors}
        found = next((known[name] for name in told["names"] if name in known), None)
        if found is None:
            return FileRefused("DAMAGED")
        problem = found(str(told["message"]))
        for name in CROSSING:
            if name in told["facts"]:
                setattr(problem, name, told["facts"][name])
        return problem

    def close(self) -> None:
        """End the child if it still runs."""
        self._data.close()
        self._status.close()
        self._give_turn_back()

    def _give_turn_back(self) -> None:
        turn, self._turn = self._turn, None
        # after a fork the turns are new ones
        if turn is not None and turn is _turns:
            turn.release()


def _start(parser: Parser, values: tuple[Any, ...]) -> tuple[socket.socket, socket.socket, int]:
    server = _running()
    files = [value for value in values if isinstance(value, Lent)]
    arguments = [
        {"$file": files.index(value)} if isinstance(value, Lent) else value for value in values
    ]
    numbers = [descriptor_of(file, by_others=server.held["uid"]) for file in files]
    try:
        try:
            data, status, pid = _request(server, parser, numbers)
        except OSError:
            data, status, pid = _request(_running(but=server), parser, numbers)
    finally:
        for number in numbers:
            os.close(number)
    with suppress(OSError):
        frames.write_part(data, arguments)
    return data, status, pid


def _request(
    server: _Server, parser: Parser, files: list[int]
) -> tuple[socket.socket, socket.socket, int]:
    """Have a child made.

    Raises:
        OSError: the server is gone.
    """
    data, childs = socket.socketpair()
    status, servers = socket.socketpair()
    try:
        with childs, servers:
            ends = [childs.fileno(), servers.fileno(), *files]
            socket.send_fds(server.control, [json.dumps(described(parser)).encode()], ends)
        status.settimeout(START_SECONDS)
        line = b""
        while not line.endswith(b"\n"):
            said = status.recv(1)
            if not said:
                raise ConnectionResetError
            line += said
        return data, status, int(json.loads(line)["pid"])
    except BaseException:
        data.close()
        status.close()
        raise


def run(parser: Parser, *values: Any) -> Any:
    """What the function answers; see `Call.parts` for what it raises."""
    (answer,) = stream(parser, *values)
    return answer


def stream(parser: Parser, *values: Any) -> Iterator[Any]:
    """What the function yields, part by part; see `Call.parts` for what it raises."""
    with Call(parser, *values) as call:
        yield from call.parts()
