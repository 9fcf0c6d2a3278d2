"""A tiny process that ends the children when the supervisor is killed.

The kernel signals direct children when their parent dies, but only on Linux, not the processes
that they started, and a child may take its time. The watchdog waits for the end of a pipe that only
the supervisor holds, and then ends the process groups that the last line named.
"""

import subprocess
from collections.abc import Sequence
from typing import IO

# Each line is the whole list of groups. The servers are not in it: they end in their own time.
# `kill -s NAME` because some shells refuse a group after `kill -NAME`.
SCRIPT = """
trap '' INT TERM HUP
groups=
while read -r line; do groups=$line; done
any() { for g in $groups; do kill -s 0 -- "-$g" 2>/dev/null && return 0; done; return 1; }
each() { for g in $groups; do kill -s "$1" -- "-$g" 2>/dev/null; done; }
each TERM
tries=0
while any && [ "$tries" -lt 25 ]; do sleep 0.2; tries=$((tries + 1)); done
each KILL
"""


class Watchdog:
    """The watchdog process, started with the first list of groups."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def watch(self, groups: Sequence[int]) -> None:
        """Name the process groups that must not outlive this process, all of them each time."""
        line = f"{' '.join(str(group) for group in groups)}\n".encode()
        try:
            self._pipe().write(line)
        except BrokenPipeError:  # someone ended the watchdog: start another
            self._process = None
            self._pipe().write(line)

    def dismiss(self) -> None:
        """End the watchdog; there is nothing left to watch."""
        if self._process is not None and self._process.stdin is not None:
            self.watch([])
            self._process.stdin.close()
            self._process.wait()
            self._process = None

    def _pipe(self) -> "IO[bytes]":
        if self._process is None:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", SCRIPT],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                bufsize=0,
            )
        if self._process.stdin is None:
            raise RuntimeError("the watchdog was started without a pipe")
        return self._process.stdin
