"""Keep one child running: start it, print its lines, restart it, stop it."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from bureau.runtime.children import Child
from bureau.runtime.errors import OperatorError
from bureau.runtime.folders import open_log
from bureau.runtime.linepipe import LinePipe
from bureau.runtime.output import Printer
from bureau.runtime.processes import Command, ProcessIdentity, signal_quietly

PROGRESS_SECONDS = 15.0


@dataclass(frozen=True)
class RestartPolicy:
    """When a child that ended is started again: always, after pauses that grow. Seconds.

    Nothing is given up: what ends a child often (a full disk, a file that one may not read) is put
    right by people, and then nobody has to start the rest of the house again.
    """

    first_delay: float = 0.25
    longest_delay: float = 60
    # who lived so long had begun well: its next pause is short again
    stable_after: float = 60

    def delay(self, short_lives: int) -> float:
        """Return how long to wait after the child has ended `short_lives` times in a row."""
        return min(self.first_delay * 2.0 ** min(max(short_lives - 1, 0), 32), self.longest_delay)


@dataclass
class Launcher:
    """One child and its process of the moment.

    `changed` is called after each start and end of a process and when it is ready, and `failed`
    once, with the reason, when it cannot be started at all. `trouble` says why it does not serve,
    empty while it does.
    """

    child: Child
    printer: Printer
    policy: RestartPolicy
    changed: Callable[[], None]
    failed: Callable[[Exception], None]
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    process: asyncio.subprocess.Process | None = None
    identity: ProcessIdentity | None = None
    trouble: str = "starting"
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _short_lives: int = 0
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
                how = await self._live_and_tell()
                if self._stopping.is_set() or how is None:
                    break
                await self._pause(how)
        except Exception as error:  # told to the supervisor, which stops everything
            self.failed(error)

    async def _live_and_tell(self) -> str | None:
        """Run one process; say how it ended, None when it has done all that it was for.

        Raises:
            OperatorError: the child could not be started, not once.
        """
        try:
            code = await self._live_once()
        except (OSError, OperatorError) as error:
            # a disk that is full, say: what ran before runs again when that is over
            if not self.ready.is_set():
                raise
            self._short_lives += 1
            return f"could not be started ({error})"
        if self.child.once and code == 0:
            return None
        return self._ended(code)

    def _ended(self, code: int) -> str:
        name, how = self.child.name, describe_exit(code)
        if self.child.once:
            raise OperatorError(f"'{name}' {how}, so Bureau cannot start: its lines are above.")
        if self.child.failure and not self.ready.is_set() and not self._stopping.is_set():
            raise self.child.failure(code)
        return how

    async def _live_once(self) -> int:
        """Run one process from start to end and return its exit code."""
        self.child.prepare()
        started = time.monotonic()
        if self.child.log:
            code = await self._live_with_output(open_log(self.child.log))
        else:
            async with LinePipe(partial(self.printer.line, self.child.name)) as pipe:
                code = await self._live_with_output(pipe.writer)
        if self.child.once and code == 0:
            self._is_well()
        stable = time.monotonic() - started >= self.policy.stable_after
        self._short_lives = 1 if stable else self._short_lives + 1
        return code

    def _is_well(self) -> None:
        self.trouble = ""
        self.ready.set()
        self.changed()

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
        """Notice when the process serves, and say meanwhile that it does not yet."""
        if self.child.once:
            return
        began = told = time.monotonic()
        while not await self.child.is_ready(pid):
            now = time.monotonic()
            if now - told >= PROGRESS_SECONDS:
                told = now
                self.printer.line(self.child.name, f"not ready yet after {now - began:.0f} s")
            await asyncio.sleep(self.child.poll)
        self._is_well()

    async def _pause(self, how: str) -> None:
        """Wait before the next start, or until it is time to stop."""
        delay = self.policy.delay(self._short_lives)
        self.trouble = f"{how} ({self._short_lives} times in a row)"
        self.changed()
        self.printer.line(self.child.name, f"{how}; starting it again in {delay:g} s")
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
