"""Run the stages of an installation in order, watch over them, stop them in reverse order."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence

import psutil  # type: ignore[import-untyped]  # ships without annotations

from bureau.runtime.children import Child
from bureau.runtime.launcher import Launcher, RestartPolicy
from bureau.runtime.output import Printer
from bureau.runtime.processes import ProcessIdentity
from bureau.runtime.watchdog import Watchdog

REAP_INTERVAL = 5.0  # seconds
DEFAULT_POLICY = RestartPolicy()

Stage = Sequence[Child]
Processes = Mapping[str, ProcessIdentity]
# name -> why it does not serve
Troubles = Mapping[str, str]


class Supervisor:
    """Starts each stage when the one before is ready; ends when told to, or when a start fails.

    `on_change` gets the processes of the moment, and what is the matter with those that do not
    serve; `on_stage` gets the names of each stage that is ready, and `on_ready` is called once, when
    all are.
    """

    def __init__(
        self,
        stages: Sequence[Stage],
        printer: Printer,
        *,
        policy: RestartPolicy = DEFAULT_POLICY,
        on_change: Callable[[Processes, Troubles], None] = lambda processes, troubles: None,
        on_stage: Callable[[Sequence[str]], None] = lambda names: None,
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self._stages = stages
        self._printer = printer
        self._policy = policy
        self._on_change = on_change
        self._on_stage = on_stage
        self._on_ready = on_ready
        self._watchdog = Watchdog()
        self._running: list[list[Launcher]] = []
        self._problem: Exception | None = None
        self._stopping = asyncio.Event()

    def run(self) -> None:
        """Run until a signal asks to stop.

        Call it on the main thread: the kernel ties the children's lives to it.

        Raises:
            OperatorError: a child could not be started.
        """
        asyncio.run(self._run())
        if self._problem is not None:
            raise self._problem

    async def _run(self) -> None:
        self._catch_signals()
        reaper = asyncio.create_task(_reap_orphans(self._known_pids))
        try:
            await self._start_stages()
            if not self._stopping.is_set():
                self._on_ready()
            await self._stopping.wait()
        finally:
            await self._stop_stages()
            reaper.cancel()
            self._watchdog.dismiss()

    async def _start_stages(self) -> None:
        for stage in self._stages:
            launchers = [self._keeper(child) for child in stage]
            self._running.append(launchers)
            for launcher in launchers:
                launcher.start()
            await self._until(launcher.ready for launcher in launchers)
            if self._stopping.is_set():
                return
            self._on_stage([child.name for child in stage])

    async def _stop_stages(self) -> None:
        for launchers in reversed(self._running):
            await asyncio.gather(*(launcher.stop() for launcher in launchers))

    async def _until(self, events: Iterable[asyncio.Event]) -> None:
        """Wait until all events are set, or until it is time to stop."""
        ready = asyncio.create_task(_all_set(events))
        stopping = asyncio.create_task(_all_set([self._stopping]))
        await asyncio.wait([ready, stopping], return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        stopping.cancel()

    def _keeper(self, child: Child) -> Launcher:
        return Launcher(child, self._printer, self._policy, self._changed, self._failed)

    def _known_pids(self) -> set[int]:
        return {launcher.process.pid for launcher in self._keepers() if launcher.process}

    def _keepers(self) -> list[Launcher]:
        return [launcher for launchers in self._running for launcher in launchers]

    def _changed(self) -> None:
        running = [launcher for launcher in self._keepers() if launcher.identity]
        groups = [k.identity.pid for k in running if k.identity and not k.child.owns_group]
        self._watchdog.watch(groups)
        troubles = {k.child.name: k.trouble for k in self._keepers() if k.trouble}
        self._on_change({k.child.name: k.identity for k in running if k.identity}, troubles)

    def _failed(self, error: Exception) -> None:
        self._problem = self._problem or error
        self._stopping.set()

    def _catch_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(signum, self._asked_to_stop)

    def _asked_to_stop(self) -> None:
        if not self._stopping.is_set():
            self._printer.plain("Stopping; press Ctrl-C again to end everything at once.")
            self._stopping.set()
            return
        for launcher in self._keepers():
            launcher.end_at_once()


async def _all_set(events: Iterable[asyncio.Event]) -> None:
    for event in events:
        await event.wait()


async def _reap_orphans(known: Callable[[], set[int]]) -> None:
    """As process 1 of a container, bury the zombies that others left to us.

    A zombie must be seen twice: the first time it may be a child that is just being waited for.
    """
    if os.getpid() != 1:
        return
    seen: set[int] = set()
    while True:
        await asyncio.sleep(REAP_INTERVAL)
        zombies = {p.pid for p in psutil.Process().children() if p.status() == "zombie"}
        for pid in (zombies & seen) - known():
            _bury(pid)
        seen = zombies


def _bury(pid: int) -> None:
    os.waitpid(pid, os.WNOHANG)
