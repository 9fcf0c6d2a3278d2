"""Keep one child running: start it, print its lines, restart it, stop it."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from bureau.runtime.children import Child
from bureau.runtime.errors import OperatorError
from bureau.runtime.folders import open_log
from bureau.runtime.linepipe import LinePipe
from bureau.runtime.output import Printer
from bureau.runtime.processes import Command, ProcessIdentity, signal_quietly

READY_POLL = 0.02


@dataclass(frozen=True)
class RestartPolicy:
    """When a child that ended is started again. Times are in seconds."""

    most_starts: int = 5
    window: float = 60
    first_delay: float = 0.25
    longest_delay: float = 8
    ready_timeout: float = 120

    def delay(self, starts: Sequence[float], now: float) -> float | None:
        """Return how long to wait before the next start, None to give up.

        `starts` are the times of the starts so far; only those within the window count.
        """
        recent = sum(1 for start in starts if start > now - self.window)
        if recent >= self.most_starts:
            return None
        return min(self.first_delay * 2.0 ** max(recent - 1, 0), self.longest_delay)


@dataclass
class Launcher:
    """One child and its process of the moment.

    `changed` is called after each start and end of a process, and `failed` once, with the reason,
    when the child is given up.
    """

    child: Child
    printer: Printer
    policy: RestartPolicy
    changed: Callable[[], None]
    failed: Callable[[Exception], None]
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    process: asyncio.subprocess.Process | None = None
    identity: ProcessIdentity | None = None
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _starts: list[float] = field(default_factory=list)
    _task: "asyncio.Task[None] | None" = None

    def start(self) -> None:
        """Begin to keep the child running."""
        self._task = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Stop the process by its ladder, then everything it left, and release its folder."""
        self._stopping.set()
        for signum, seconds in self.child.stop_ladder:
            await self._ask_to_end(signum, seconds)
        if self._task is not None:
            self._signal_group(signal.SIGKILL)
            await self._task
        self.child.release()

    def end_at_once(self) -> None:
        """Skip the ladder: PostgreSQL's immediate shutdown is SIGQUIT, others are killed."""
        if self.child.stop_ladder[-1][0] is signal.SIGQUIT and self.child.owns_group:
            self._signal(signal.SIGQUIT)
        else:
            self._signal_group(signal.SIGKILL)

    async def _ask_to_end(self, signum: signal.Signals, seconds: float) -> None:
        if self._task is not None and not self._task.done():
            self._signal(signum)
            await asyncio.wait([self._task], timeout=seconds)

    def _signal(self, signum: signal.Signals) -> None:
        if self.process is not None and self.process.returncode is None:
            signal_quietly(self.process.pid, signum)

    def _signal_group(self, signum: signal.Signals) -> None:
        if self.process is not None and self.process.returncode is None:
            signal_quietly(-self.process.pid, signum)

    async def _keep(self) -> None:
        try:
            while not self._stopping.is_set():
                code = await self._live_once()
                if self._stopping.is_set() or (self.child.once and code == 0):
                    break
                await self._pause(code)
        except Exception as error:  # told to the supervisor, which stops everything
            self.failed(error)

    async def _live_once(self) -> int:
        """Run one process from start to end and return its exit code."""
        self.child.prepare()
        self._starts.append(time.monotonic())
        if self.child.log:
            code = await self._live_with_output(open_log(self.child.log))
        else:
            async with LinePipe(partial(self.printer.line, self.child.name)) as pipe:
                code = await self._live_with_output(pipe.writer)
        if self.child.once and code == 0:
            self.ready.set()
        return code

    async def _live_with_output(self, output: int) -> int:
        process = await spawn(self.child.command(), output)
        self.process, self.identity = process, ProcessIdentity.of(process.pid)
        self.changed()
        readiness = asyncio.create_task(self._watch_ready(process.pid))
        code = await process.wait()
        readiness.cancel()
        self._end_group(process.pid)
        self.process = self.identity = None
        self.changed()
        return code

    def _end_group(self, group: int) -> None:
        """End what the process left in its group, such as the pool of a killed worker."""
        if not self.child.owns_group:
            signal_quietly(-group, signal.SIGKILL)

    async def _watch_ready(self, pid: int) -> None:
        deadline = time.monotonic() + self.policy.ready_timeout
        if self.child.once:
            return
        while not self.ready.is_set():
            if await self.child.is_ready(pid):
                self.ready.set()
            elif time.monotonic() > deadline:
                self.failed(
                    OperatorError(
                        f"'{self.child.name}' was not ready within "
                        f"{self.policy.ready_timeout:.0f} s: see what it wrote."
                    )
                )
                return
            else:
                await asyncio.sleep(READY_POLL)

    async def _pause(self, code: int) -> None:
        """Wait before the next start.

        Raises:
            OperatorError: the child is given up.
        """
        name, how = self.child.name, describe_exit(code)
        if self.child.once:
            raise OperatorError(f"'{name}' {how}, so Bureau cannot start: its lines are above.")
        if self.child.failure and not self.ready.is_set():
            raise self.child.failure(code)
        delay = self.policy.delay(self._starts, time.monotonic())
        if delay is None:
            raise OperatorError(
                f"'{name}' {how} and has ended {self.policy.most_starts} times within "
                f"{self.policy.window:.0f} s, so Bureau stops: see what it wrote last."
            )
        self.printer.line(name, f"{how}; starting it again in {delay:g} s")
        try:
            await asyncio.wait_for(self._stopping.wait(), delay)
        except TimeoutError:
            return


async def spawn(command: Command, output: int) -> asyncio.subprocess.Process:
    """Start a process that writes to the descriptor `output`, which is closed here."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command.argv, **command.spawn_options(), stdout=output, stderr=output
        )
    finally:
        os.close(output)
    if process.stdin is not None:
        process.stdin.write(command.stdin)
        process.stdin.close()
    return process


def describe_exit(code: int) -> str:
    """Say how a process ended, from its exit code as `subprocess` gives it."""
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
