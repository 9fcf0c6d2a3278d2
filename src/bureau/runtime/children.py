"""The processes of an installation, as data."""

import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bureau.runtime import http
from bureau.runtime.environment import Address
from bureau.runtime.errors import OperatorError
from bureau.runtime.processes import Command, Ladder
from bureau.runtime.server import Server

MAIN_QUEUES = "default,translation,rag,assistance,ingestion_io,charts_cpu,ai,llm_queue"
# name of the child, name of the node, queues, processes. One-time codes wait behind nothing else;
# neither does the sweep, which brings back what was lost; sound is read by one process alone.
WORKERS = (
    ("worker", "main", MAIN_QUEUES, 2),
    ("worker-notifications", "notifications", "notifications", 1),
    ("worker-maintenance", "maintenance", "maintenance", 1),
    ("worker-audio", "audio", "audio", 1),
)
# quiet: without a banner of twenty lines
CELERY = ("celery", "-A", "bureau.celery:app", "--quiet")
# people wait for pages: work in the background gives way where processors are few, and still moves
WORKER_NICENESS = 3
# bytes; the kernel's sockets and socket.io each take less
LARGEST_FRAME = 128 * 1024

HEALTH_PATH = "/api/health/"
QUEUES_PATH = "/api/health/celery/"
# seconds between two questions
READY_POLL, WORKER_POLL = 0.02, 1.0
PYTHON_LADDER: Ladder = ((signal.SIGTERM, 5.0),)
# a worker finishes its tasks on SIGTERM, drops them on SIGQUIT; their leases bring them back
WORKER_LADDER: Ladder = ((signal.SIGTERM, 4.0), (signal.SIGQUIT, 1.5))


async def _at_once(pid: int) -> bool:
    del pid
    return True


@dataclass(frozen=True)
class Child:
    """One process to supervise.

    `command` is asked at every start, `is_ready` every `poll` seconds. A `once` child must end with
    0 before the next stage starts.
    With `log` the output goes to that file, else it is printed line by line. A child that has a
    `failure` and ends before it was ready is not tried again: `failure(code)` says why.
    """

    name: str
    command: Callable[[], Command]
    prepare: Callable[[], None] = lambda: None
    release: Callable[[], None] = lambda: None
    is_ready: Callable[[int], Awaitable[bool]] = _at_once
    poll: float = READY_POLL
    failure: Callable[[int], OperatorError] | None = None
    stop_ladder: Ladder = PYTHON_LADDER
    once: bool = False
    log: Path | None = None
    # a server ends the processes of its own group itself, in good order
    owns_group: bool = False


def server_child(name: str, server: Server) -> Child:
    """Return the child that runs an embedded server."""

    async def is_ready(pid: int) -> bool:
        return server.is_ready(pid)

    return Child(
        name=name,
        command=server.command,
        prepare=server.prepare,
        release=server.release,
        is_ready=is_ready,
        failure=server.failure,
        stop_ladder=server.stop_ladder,
        log=server.log,
        owns_group=True,
    )


def python_child(
    name: str, arguments: list[str], env: Mapping[str, str], *, once: bool = False
) -> Child:
    """Return a child that runs a Python module: `arguments` begin with the module's name."""
    command = Command([sys.executable, "-m", *arguments], env)
    return Child(name, lambda: command, once=once)


def prepare_child(env: Mapping[str, str], *, demo: bool) -> Child:
    """Return the child that migrates the database, and seeds the demonstration once."""
    arguments = ["bureau.cli", "manage", "prepare", *(["--demo"] if demo else [])]
    return python_child("prepare", arguments, env, once=True)


def web_child(env: Mapping[str, str], address: Address) -> Child:
    """Return the web process; it is ready when it is healthy and has served its first page."""
    arguments = [
        *("uvicorn", "bureau.asgi:application", "--host", address.host),
        *("--port", str(address.port), "--no-proxy-headers", "--no-access-log"),
        *("--no-server-header", "--timeout-graceful-shutdown", "3"),
        # larger frames than any socket takes are refused before they are read whole
        *("--ws", "websockets-sansio", "--ws-max-size", str(LARGEST_FRAME)),
    ]
    command = Command([sys.executable, "-m", *arguments], env)

    async def is_ready(pid: int) -> bool:
        del pid
        return await http.is_ready(address, HEALTH_PATH, probed_url(env, address))

    return Child("web", lambda: command, is_ready=is_ready)


def probed_url(env: Mapping[str, str], address: Address) -> str:
    """Return the address whose host the application accepts, for asking it about its health."""
    base = env.get("BUREAU_BASE_URL", address.url)
    allowed = [host.strip() for host in env.get("ALLOWED_HOSTS", "").split(",") if host.strip()]
    if not allowed or "*" in allowed or urlsplit(base).hostname in allowed:
        return base
    return f"http://{allowed[0].removeprefix('.')}"


def background_children(env: Mapping[str, str], run: Path, address: Address) -> list[Child]:
    """Return the workers and the clock, which keeps its schedule in the folder `run`."""
    # no pid file: the supervisor knows, and a stale one would refuse a start
    beat = ["beat", "-s", str(run / "beat-schedule"), "--pidfile="]
    workers = [_worker(*worker, env, address) for worker in WORKERS]
    return [*workers, python_child("beat", [*CELERY, *beat], env)]


def _worker(
    name: str, node: str, queues: str, processes: int, env: Mapping[str, str], address: Address
) -> Child:
    """A worker; it is ready when a task of each of its queues was done since its start."""
    options = ["-Q", queues, "-c", str(processes), "-n", f"{node}@%h"]
    argv = [
        sys.executable,
        # nine lines about being root, which was the operator's choice
        *("-W", "ignore:You're running the worker"),
        *("-m", *CELERY, "worker", *options, "--without-gossip", "--without-mingle"),
    ]
    # one thread a process: small model fits are twice as slow when they share cores with themselves
    environment = {**env, "OPENBLAS_NUM_THREADS": "1"}
    # SIGQUIT when the supervisor is killed: its servers go too, so tasks cannot be finished
    command = Command(argv, environment, death_signal=signal.SIGQUIT, niceness=WORKER_NICENESS)
    started = [0.0]

    def prepare() -> None:
        started[0] = time.monotonic()

    async def is_ready(pid: int) -> bool:
        del pid
        health = await http.json_of(address, QUEUES_PATH, probed_url(env, address))
        return all_done(health, queues.split(","), time.monotonic() - started[0])

    return Child(
        name,
        lambda: command,
        prepare=prepare,
        is_ready=is_ready,
        poll=WORKER_POLL,
        stop_ladder=WORKER_LADDER,
    )


def all_done(health: Any, queues: Sequence[str], within: float) -> bool:
    """Tell whether health says that a task of each queue was done in the last `within` seconds."""
    try:
        ages = [health["queues"][queue]["last_done_seconds"] for queue in queues]
    except (KeyError, TypeError):
        return False
    return all(age is not None and age < within for age in ages)
