"""The process that makes children: `python -m bureau.kernel.sandbox.server FD HIDDEN`.

It was started afresh, with one thread and an emptied environment, so that making a child is one
`fork` of a few milliseconds: nothing of the web process or worker is in the child's memory. It never
looks at a file itself. It ends, and all its children with it, when its caller's end of `FD` closes.
"""

from __future__ import annotations

import importlib
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bureau.kernel.sandbox import confinement, reachable
from bureau.kernel.sandbox.child import Request, run_child

# a request names a function and limits; what is to be read travels on a socket of its own
LONGEST_REQUEST = 1 << 16
MOST_FILES = 8


@dataclass
class Child:
    """A child that runs."""

    pid: int
    status: socket.socket
    scratch: str


class Server:
    """Takes requests from one caller, and tells it how each child ended."""

    def __init__(self, control: socket.socket, hidden: list[str]) -> None:
        self._control = control
        self._children: dict[int, Child] = {}
        self._selector = selectors.DefaultSelector()
        network = confinement.isolate_network()
        folders = network and confinement.own_mounts() and confinement.hide(hidden)
        if folders and os.geteuid() == 0:
            reachable.open_the_way(confinement.mount)
        files = [os.__file__, __file__, sys.executable]
        self._as_another = confinement.can_work_as_another(files)
        held = {"network": network, "folders": folders, "uid": self._as_another}
        control.send(json.dumps(held).encode())

    def serve(self) -> None:
        """Until the caller is gone."""
        wake, woken = socket.socketpair()
        for end in (wake, woken):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        self._selector.register(self._control, selectors.EVENT_READ, self._take)
        self._selector.register(woken, selectors.EVENT_READ, lambda: self._reap(woken))
        while True:
            for key, _ in self._selector.select():
                if key.data() is False:
                    return self._end()

    def _take(self) -> bool:
        said, files, _, _ = socket.recv_fds(
            self._control, LONGEST_REQUEST, MOST_FILES + 2, socket.MSG_CMSG_CLOEXEC
        )
        if not said:
            return False
        data, status = (socket.socket(fileno=number) for number in files[:2])
        try:
            self._start(json.loads(said), data, status, files[2:])
        finally:
            data.close()
            for number in files[2:]:
                os.close(number)
        return True

    def _start(
        self, said: dict[str, Any], data: socket.socket, status: socket.socket, files: list[int]
    ) -> None:
        request = Request.of(said)
        for name in (request.module, *request.preload):
            # the function says in its own words what is missing
            with suppress(ImportError):
                importlib.import_module(name)
        scratch = tempfile.mkdtemp(prefix="bureau-parse-") if request.scratch else ""
        pid = os.fork()
        if pid == 0:
            run_child(request, data, files, scratch, change_uid=self._as_another)
        self._children[pid] = Child(pid, status, scratch)
        if scratch and self._as_another:
            os.chown(scratch, confinement.uid_for(pid), -1)
        # whoever hangs up does not want the answer any more
        self._selector.register(status, selectors.EVENT_READ, lambda: self._stop(pid))
        _tell(status, {"pid": pid})

    def _stop(self, pid: int) -> bool:
        # it may have ended by itself a moment ago
        child = self._children.get(pid)
        if child is not None:
            self._selector.unregister(child.status)
            _kill_group(pid)
        return True

    def _reap(self, woken: socket.socket) -> bool:
        with suppress(BlockingIOError):
            while woken.recv(512):
                pass
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            self._forget(pid, os.waitstatus_to_exitcode(status))
        return True

    def _forget(self, pid: int, exit_code: int) -> None:
        child = self._children.pop(pid)
        # programs that it had started go with it
        _kill_group(pid)
        with suppress(KeyError):
            self._selector.unregister(child.status)
        _tell(child.status, {"exit": exit_code})
        child.status.close()
        if child.scratch:
            shutil.rmtree(child.scratch, ignore_errors=True)

    def _end(self) -> None:
        for pid, child in self._children.items():
            _kill_group(pid)
            if child.scratch:
                shutil.rmtree(child.scratch, ignore_errors=True)


def _tell(status: socket.socket, what: dict[str, int]) -> None:
    with suppress(OSError):
        status.sendall(json.dumps(what).encode() + b"\n")


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def main() -> None:
    """Serve the caller at the other end of the descriptor that the first argument names."""
    number, hidden = sys.argv[1:3]
    server = Server(socket.socket(fileno=int(number)), json.loads(hidden))
    os.umask(0o077)
    server.serve()


if __name__ == "__main__":
    main()
