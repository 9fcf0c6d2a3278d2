"""Race `vault`: 100,000 people, sealed by the vault and by pgcrypto; and a rotation under reads."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from benchmarks.ground import (
    Ground,
    application_variables,
    clean_environment,
    python,
    read_answer,
)
from benchmarks.report import Table, percentile, ratio_of
from bureau.runtime.processes import account_options, unprivileged_account

PEOPLE = 100_000
# the rival takes a second for each thousand: its rate is measured on a part of the people
PART = 5_000
# as the original does it, people take their time
FEW = 50
ROUNDS = 3
LOOKUPS, RIVAL_LOOKUPS = 500, 3
READERS = 2


def run(ground: Ground) -> Table:
    """Fill both tables on one server in turn, look people up, then rotate beside readers."""
    table = Table(f"vault: {PEOPLE:,} people with four sealed fields and three indexes")
    with _server_with_pgcrypto(ground) as environment, _worker(environment) as worker:
        _race(worker, table)
    environment = ground.bare_servers("vault")
    with _worker(environment) as worker:
        _rotate(worker, environment, table)
    return table


def _race(worker: subprocess.Popen[str], table: Table) -> None:
    _ask(worker, do="make_table")
    version = _ask(worker, do="make_rival")["version"].split(" on ")[0]
    seconds = _insert(worker)
    rest = 2 * ROUNDS * PART
    _ask(worker, do="insert_by_copy", first=rest, count=PEOPLE - rest)
    _ask(worker, do="fill_rival", first=ROUNDS * PART, count=PEOPLE - ROUNDS * PART)
    _add_inserts(table, seconds)
    numbers = [number * 37 % PEOPLE for number in range(LOOKUPS)]
    ours = _ask(worker, do="look_up", numbers=numbers)
    rival = _ask(worker, do="look_up_rival", numbers=numbers[:RIVAL_LOOKUPS])
    _add_lookups(table, ours, rival)
    found = _ask(worker, do="ask_as_documented", number=1)
    table.add("pgcrypto, lookup as its handbook shows: rows found", str(found))
    table.notes += [
        f"both on one {version}, one connection; rates are medians of {ROUNDS} rounds of {PART:,} people",
        f"the original's way was timed on {FEW} people a round",
        "pgcrypto's lookup decrypts its way through the table: equal values are stored differently",
    ]


def _insert(worker: subprocess.Popen[str]) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {"orm": [], "copy": [], "rival": [], "original": []}
    for place in range(ROUNDS):
        first = 2 * place * PART
        seconds["orm"].append(_ask(worker, do="insert_by_orm", first=first, count=PART))
        seconds["copy"].append(_ask(worker, do="insert_by_copy", first=first + PART, count=PART))
        seconds["rival"].append(_ask(worker, do="insert_rival", first=place * PART, count=PART))
        few = _ask(worker, do="insert_as_original", first=PEOPLE + place * FEW, count=FEW)
        # as long as the whole part would have taken
        seconds["original"].append(few * PART / FEW)
    return seconds


def _add_inserts(table: Table, seconds: dict[str, list[float]]) -> None:
    rows = (
        ("pgcrypto as the original: a connection a field, no index", "original", ""),
        ("pgcrypto at its best: one connection, batches, no index", "rival", ""),
        ("Bureau, seal, index and insert (ORM)", "orm", "at least 10x"),
        ("Bureau, seal, index and insert (COPY)", "copy", "at least 10x"),
    )
    for label, name, aim in rows:
        rate = PART / median(seconds[name])
        ratio = f"{ratio_of(seconds['original'], seconds[name]):.1f}x"
        table.add(label, f"{rate:,.0f} people/s", ratio, aim)


def _add_lookups(table: Table, ours: list[float], rival: list[float]) -> None:
    p50, theirs = percentile(ours, 50), percentile(rival, 50)
    table.add("pgcrypto, look up a phone, p50", f"{theirs * 1000:,.0f} ms", "1x")
    ratio = f"{theirs / p50:,.0f}x"
    table.add(
        "Bureau, look up a phone and open all, p50", f"{p50 * 1000:.2f} ms", ratio, "at least 1000x"
    )
    table.add("Bureau, the same, p95", f"{percentile(ours, 95) * 1000:.2f} ms")


def _rotate(worker: subprocess.Popen[str], environment: dict[str, str], table: Table) -> None:
    _ask(worker, do="make_table")
    _ask(worker, do="insert_by_copy", first=0, count=PEOPLE)
    readers = [python("benchmarks.vault_worker", environment, "read") for _ in range(READERS)]
    try:
        for reader in readers:
            read_answer(reader)
        done = _ask(worker, do="rotate")
        answers = [_told(reader) for reader in readers]
    finally:
        for reader in readers:
            reader.kill()
            reader.wait()
    rate = done["fields"] / done["seconds"]
    reads = sum(answer["reads"] for answer in answers)
    failures = sum(answer["failures"] for answer in answers)
    table.add("rotation, fields sealed anew", f"{rate:,.0f} fields/s", "", "at least 10,000")
    table.add("rotation, fields left with the old key", str(done["left"]), "", "0")
    table.add(f"reads meanwhile, {READERS} processes", f"{reads:,}")
    table.add("reads that failed", str(failures), "", "0")
    p95 = max(answer["p95"] for answer in answers)
    table.add("reads meanwhile, p95", f"{p95 * 1000:.1f} ms")


def _told(reader: subprocess.Popen[str]) -> Any:
    assert reader.stdin is not None
    reader.stdin.write("stop\n")
    reader.stdin.flush()
    return read_answer(reader)


def _ask(worker: subprocess.Popen[str], **order: Any) -> Any:
    assert worker.stdin is not None
    worker.stdin.write(json.dumps(order) + "\n")
    worker.stdin.flush()
    return read_answer(worker)


@contextmanager
def _worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    worker = python("benchmarks.vault_worker", environment)
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


@contextmanager
def _server_with_pgcrypto(ground: Ground) -> Iterator[dict[str, str]]:
    """A server of the system's PostgreSQL: the embedded one has no pgcrypto."""
    folder, programs = ground.folder / "pgcrypto", _programs()
    folder.mkdir()
    folder.chmod(0o711)
    data = folder / "data"
    data.mkdir(0o700)
    account = unprivileged_account()
    if account:
        os.chown(data, account.uid, account.gid)
    spawn: dict[str, Any] = {**account_options(account), "cwd": data, "stdout": subprocess.DEVNULL}
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]
    subprocess.run([programs / "initdb", "-D", data, *options], check=True, **spawn)
    quiet = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={data}"]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, *quiet], stderr=subprocess.DEVNULL, **spawn
    )
    try:
        # the folder of the socket is open to the server's account only, and to root
        yield {
            **clean_environment(),
            **application_variables(folder),
            "DATABASE_URL": f"postgresql://postgres@/postgres?host={quote(str(data), safe='/')}",
            "REDIS_URL": "redis://localhost/0",
        }
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def _programs() -> Path:
    """The newest installed PostgreSQL with pgcrypto, where Debian puts it."""
    found = [
        Path(f"/usr/lib/postgresql/{path.parts[4]}/bin")
        for path in Path("/usr/share/postgresql").glob("*/extension/pgcrypto.control")
    ]
    usable = [path for path in found if (path / "initdb").exists()]
    if not usable:
        raise SystemExit("The race needs a PostgreSQL with pgcrypto: apt-get install postgresql")
    return max(usable, key=lambda path: int(path.parent.name))
