"""What runs in a data directory: recorded by the supervisor, measured by whoever asks."""

import json
import signal
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Self

import psutil  # type: ignore[import-untyped]  # ships without annotations

from bureau.runtime.datadir import DataDirectory
from bureau.runtime.errors import OperatorError
from bureau.runtime.folders import write_private
from bureau.runtime.processes import ProcessIdentity, signal_quietly

MEGABYTE = 1024 * 1024


@dataclass
class Status:
    """The supervisor's record of itself. Times are in seconds, `started` since the epoch."""

    supervisor: ProcessIdentity
    url: str
    started: float
    first_page_after: float | None = None
    all_ready_after: float | None = None
    versions: dict[str, str] = field(default_factory=dict)
    processes: dict[str, ProcessIdentity] = field(default_factory=dict)
    # name -> why it does not serve
    troubles: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_this_process(cls, url: str) -> Self:
        """Return the record of a supervisor that has just begun."""
        me = psutil.Process()
        identity = ProcessIdentity.of(me.pid)
        if identity is None:
            raise RuntimeError("this process cannot see itself")
        return cls(identity, url, me.create_time())

    def save(self, data: DataDirectory) -> None:
        """Write the record to the data directory."""
        write_private(data.status, json.dumps(asdict(self), indent=1))


def recorded_status(data: DataDirectory) -> Status | None:
    """Return the last record, None when there is none; its processes may be gone."""
    try:
        content = json.loads(data.status.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    processes = {name: ProcessIdentity(**item) for name, item in content["processes"].items()}
    supervisor = ProcessIdentity(**content["supervisor"])
    return Status(**{**content, "supervisor": supervisor, "processes": processes})


def running_status(data: DataDirectory) -> Status:
    """Return the record of the supervisor that runs in `data`.

    Raises:
        OperatorError: none does.
    """
    status = recorded_status(data)
    if status is None or status.supervisor.find() is None:
        raise OperatorError(
            f"Nothing is running in {data.root}: start it with 'bureau up', or name its directory "
            "with --data."
        )
    return status


@dataclass(frozen=True)
class Usage:
    """One process. Memory is in bytes; PSS counts a shared page in parts, USS not at all.

    PSS and USS are None where the system does not tell them.
    """

    name: str
    pid: int
    rss: int
    pss: int | None
    uss: int | None
    uptime: float


def usage_of(status: Status) -> list[Usage]:
    """Measure the supervisor, its recorded processes and everything that they started."""
    names = {identity.pid: name for name, identity in status.processes.items()}
    supervisor = status.supervisor.find()
    if supervisor is None:
        return []
    found = [_usage("supervisor", supervisor)]
    for child in supervisor.children():
        name = names.get(child.pid, "watchdog")  # the only child that is not recorded
        found.append(_usage(name, child))
        found += [_usage(f"  {_purpose(below, name)}", below) for below in _descendants(child)]
    return [usage for usage in found if usage is not None]


def _descendants(process: "psutil.Process") -> "list[psutil.Process]":
    try:
        return list(process.children(recursive=True))
    except psutil.Error:
        return []


def _purpose(process: "psutil.Process", parent: str) -> str:
    """Say what a process below a child is for; PostgreSQL writes it into the command line."""
    try:
        title = " ".join(process.cmdline()).split(": ")
    except psutil.Error:
        title = []
    purpose = title[2].strip() if len(title) > 2 and title[0] == "postgres" else "process"
    return f"{parent} {purpose}"[:34]


def _usage(name: str, process: "psutil.Process") -> Usage | None:
    try:
        rss, created = process.memory_info().rss, process.create_time()
        memory = _full_memory(process)
    except psutil.Error:
        return None
    uptime = max(0.0, time.time() - created)
    return Usage(name, process.pid, rss, memory.get("pss"), memory.get("uss"), uptime)


def _full_memory(process: "psutil.Process") -> Mapping[str, int]:
    try:
        full: Mapping[str, int] = process.memory_full_info()._asdict()
    except psutil.AccessDenied:
        return {}
    return full


def status_lines(status: Status, usages: list[Usage]) -> list[str]:
    """Write a status as a table for people."""
    lines = [f"{'process':<36}{'pid':>8}{'RSS MB':>9}{'PSS MB':>9}{'USS MB':>9}{'uptime':>10}"]
    lines += [_row(usage) for usage in usages]
    lines += [
        _row(
            Usage(
                f"sum of {len(usages)} processes",
                0,
                sum(usage.rss for usage in usages),
                _sum([usage.pss for usage in usages]),
                _sum([usage.uss for usage in usages]),
                time.time() - status.started,
            )
        )
    ]
    versions = ", ".join(f"{name} {version}" for name, version in status.versions.items())
    first = status.first_page_after
    lines += [
        "",
        f"address      {status.url}",
        f"first page   {'not served yet' if first is None else f'{first:.1f} s after the start'}",
        f"servers      {versions or 'external'}",
        *(f"down         {name}: {trouble}" for name, trouble in status.troubles.items()),
    ]
    return lines


def _sum(values: "list[int | None]") -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _row(usage: Usage) -> str:
    return (
        f"{usage.name:<36}{usage.pid or '':>8}{_megabytes(usage.rss):>9}"
        f"{_megabytes(usage.pss):>9}{_megabytes(usage.uss):>9}{_duration(usage.uptime):>10}"
    )


def _megabytes(size: int | None) -> str:
    return "-" if size is None else f"{size / MEGABYTE:.1f}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def forget(data: DataDirectory) -> None:
    """Remove what says that an installation runs."""
    for path in (data.environment, data.status):
        path.unlink(missing_ok=True)


def end_leftover_children(data: DataDirectory, servers: frozenset[str], patience: float) -> None:
    """End the children that a killed supervisor left in `data`, except its `servers`.

    They are ending already; after `patience` seconds they are killed. Servers are ended by their
    own `prepare`, which knows how.
    """
    status = recorded_status(data)
    recorded = status.processes.items() if status else ()
    left = [identity for name, identity in recorded if name not in servers]
    deadline = time.monotonic() + patience
    while left := [identity for identity in left if identity.find() is not None]:
        if time.monotonic() > deadline:
            for identity in left:
                signal_quietly(-identity.pid, signal.SIGKILL)
        time.sleep(0.05)
