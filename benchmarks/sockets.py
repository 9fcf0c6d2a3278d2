"""Race `sockets`: many clients watch one job while a worker-like process writes its events."""

from __future__ import annotations

import asyncio
import json
import time
from subprocess import Popen

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from benchmarks.ground import Ground, Installation, python, read_answer
from benchmarks.report import Table, percentile

CLIENTS = 200
EVENTS_PER_SECOND = 20
SECONDS = 5
# after the last commit: a lost wake-up is made up for by a poll every five seconds
DRAIN_SECONDS = 7.0
AT_ONCE = 20  # handshakes
USER = "analyst"

Received = list[tuple[float, str]]


def run(ground: Ground) -> Table:
    """Open the sockets, emit, and compare what arrived with what was committed."""
    installation = ground.installation()
    emitter = python("benchmarks.emitter", installation.environment(), USER)
    try:
        job_id = int(read_answer(emitter))
        connected, received, committed = asyncio.run(_watch(installation, job_id, emitter))
    finally:
        emitter.kill()
        emitter.wait()
    return _table(connected, received, committed)


async def _watch(
    installation: Installation, job_id: int, emitter: Popen[str]
) -> tuple[float, list[Received], dict[int, float]]:
    headers = {"Authorization": f"Bearer {installation.access_token(USER)}"}
    address = f"{installation.url.replace('http', 'ws', 1)}/ws/jobs/{job_id}/"
    gate = asyncio.Semaphore(AT_ONCE)

    async def open_one() -> ClientConnection:
        async with gate:
            return await connect(
                address, origin=Origin(installation.url), additional_headers=headers
            )

    started = time.monotonic()
    sockets = await asyncio.gather(*(open_one() for _ in range(CLIENTS)))
    connected = time.monotonic() - started
    received: list[Received] = [[] for _ in sockets]
    readers = [asyncio.create_task(_read(*pair)) for pair in zip(sockets, received, strict=True)]
    committed = await asyncio.to_thread(_emit, emitter)
    await _drained(received, len(committed))
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*(socket.close() for socket in sockets), return_exceptions=True)
    return connected, received, committed


async def _read(socket: ClientConnection, received: Received) -> None:
    async for message in socket:
        received.append((time.time(), str(message)))


def _emit(emitter: Popen[str]) -> dict[int, float]:
    assert emitter.stdin is not None
    emitter.stdin.write(json.dumps({"rate": EVENTS_PER_SECOND, "seconds": SECONDS}) + "\n")
    emitter.stdin.flush()
    return {int(event): at for event, at in read_answer(emitter).items()}


async def _drained(received: list[Received], expected: int) -> None:
    """Wait until every client has everything, at most `DRAIN_SECONDS`."""
    deadline = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline and any(len(one) < expected for one in received):
        await asyncio.sleep(0.1)


def _table(connected: float, received: list[Received], committed: dict[int, float]) -> Table:
    delays, in_order = [], True
    for client in received:
        arrivals = [(json.loads(text)["id"], at) for at, text in client]
        known = [(event, at) for event, at in arrivals if event in committed]
        in_order &= [event for event, _ in known] == sorted({event for event, _ in known})
        delays += [1e3 * (at - committed[event]) for event, at in known]
    expected = len(committed) * CLIENTS
    span = max(committed.values()) - min(committed.values())
    table = Table(f"sockets: {CLIENTS} clients on one job, {EVENTS_PER_SECOND} events a second")
    share = f"{100 * len(delays) / expected:.1f} %"
    table.add("delivered / expected", f"{len(delays):,} / {expected:,}", share, "all")
    table.add("in order, none twice", "yes" if in_order else "no", "", "yes")
    table.add("commit to socket, p50", f"{percentile(delays, 50):.0f} ms")
    table.add("commit to socket, p95", f"{percentile(delays, 95):.0f} ms")
    table.add("commit to socket, worst", f"{max(delays, default=float('nan')):.0f} ms")
    table.add("events written a second", f"{(len(committed) - 1) / span:.1f}")
    table.add(f"opening {CLIENTS} sockets", f"{connected:.1f} s")
    table.notes.append("the reading clients run in one process and their time is in the delays")
    return table
