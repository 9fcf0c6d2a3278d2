"""Race `retrieval`: the ten nearest passages within 1 %, 10 % and 100 % of clustered vectors.

The same vectors and questions for all, one entrant after the other, each in processes of its own.
Rivals as they come: pgvector (HNSW, the filter in WHERE), Chroma, LanceDB and LlamaIndex's simple
store; those that are not PostgreSQL are installed into an environment of their own.

`BENCH_CHUNKS=1000000` races with a million. `BENCH_DATA=FOLDER` keeps vectors, databases and
stores there, and a later race of as many vectors finds them; with `BENCH_STEP=build` the race ends
when they are built. `BENCH_ENTRANTS=bureau,chroma` names who takes part.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.ground import REPOSITORY, Ground, python, read_answer
from benchmarks.report import Table
from benchmarks.retrieval_peers import PEERS
from benchmarks.retrieval_vectors import DIMENSION, NEAREST, QUESTIONS, SCOPES, make_vectors

CHUNKS = int(os.environ.get("BENCH_CHUNKS", "100000"))
KEPT = os.environ.get("BENCH_DATA")
ONLY_BUILD = os.environ.get("BENCH_STEP") == "build"
ENTRANTS = ("bureau", "pgvector", *PEERS)
# a list of Python numbers in memory: 30 KB a vector
MOST_FOR_LLAMAINDEX = 200_000
# who finds less is faster for it and no rival
AIM_RECALL = 0.98
AIM = f"recall at least {AIM_RECALL}, p95 at most the fastest rival's that has it"


def run(ground: Ground) -> Table:
    """Fill what is not filled yet, let everybody search, compare with exact arithmetic."""
    kept = Path(KEPT or ground.folder / "retrieval")
    folder = kept / str(CHUNKS)
    exact = make_vectors(folder / "vectors", CHUNKS)
    table = Table(f"retrieval: nearest {NEAREST} of {CHUNKS:,} clustered vectors, {DIMENSION} dims")
    servers = cache(partial(ground.bare_servers, "database", folder))
    entrants = [_Entrant(name, kept, folder, servers) for name in _taking_part()]
    for one in entrants:
        one.build()
        table.notes.append(f"{one.name}: filled and indexed in {one.seconds():.0f} s")
    if ONLY_BUILD:
        return table
    answers = [answer for one in entrants for answer in one.race()]
    for scope in SCOPES:
        for answer in (one for one in answers if scope in one):
            _add(table, scope, answer, exact[scope])
    if "bureau" in _taking_part():
        _add_reading(table, ground)
    table.notes += [
        f"at most {QUESTIONS} questions a scope; tenants lie at random over the clusters",
        "no scope: an index that is not asked who may see what it finds",
        "recall against exact float32; short: questions that came back with fewer than ten",
        *(f"{answer['name']}: {answer['version']}" for answer in answers),
    ]
    return table


def _taking_part() -> list[str]:
    named = os.environ.get("BENCH_ENTRANTS")
    if named:
        return named.split(",")
    return [name for name in ENTRANTS if name != "llamaindex" or CHUNKS <= MOST_FOR_LLAMAINDEX]


class _Entrant:
    """One engine with its store; a store counts once the file beside it says how long it took."""

    def __init__(
        self, name: str, kept: Path, folder: Path, servers: Callable[[], dict[str, str]]
    ) -> None:
        self.name, self.folder = name, folder
        self._kept, self._servers = kept, servers
        self._built = folder / f"{name}.built"

    def seconds(self) -> float:
        return float(self._built.read_text(encoding="utf-8"))

    def build(self) -> None:
        """Fill its store and make its indexes, unless that is done."""
        if self._built.exists():
            return
        started = time.monotonic()
        subprocess.run(self._command("build"), check=True, cwd=REPOSITORY, env=self._environment())
        self._built.write_text(f"{time.monotonic() - started:.0f}\n", encoding="utf-8")

    def race(self) -> Iterator[dict[str, Any]]:
        """What each of its ways to search found."""
        done = subprocess.run(
            self._command("race"),
            check=True,
            cwd=REPOSITORY,
            env=self._environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        return map(json.loads, done.stdout.splitlines())

    def _command(self, action: str) -> list[str]:
        vectors, store = self.folder / "vectors", self.folder / self.name
        if self.name not in PEERS:
            module = [sys.executable, "-m", "benchmarks.retrieval_ours"]
            return [*module, action, self.name, str(vectors)]
        module = [str(self._python()), "-m", "benchmarks.retrieval_peers"]
        return [*module, action, self.name, str(vectors), str(store)]

    def _environment(self) -> dict[str, str]:
        if self.name in PEERS:
            return {**os.environ, "ANONYMIZED_TELEMETRY": "False"}
        # the nearest are the nearest here, however far away they are
        return {**self._servers(), "SIMILARITY_THRESHOLD": "0"}

    def _python(self) -> Path:
        """The interpreter of a rival's environment: beside Bureau's, never within it."""
        place = self._kept / f"python-{self.name}"
        if not place.exists():
            uv = REPOSITORY / ".venv/bin/uv"
            subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, place], check=True)
            packages = [*PEERS[self.name].packages, "numpy"]
            install = [uv, "pip", "install", "--quiet", "--python", place / "bin/python"]
            subprocess.run([*install, *packages], check=True)
        return place / "bin/python"


def _add_reading(table: Table, ground: Ground) -> None:
    with python("benchmarks.retrieval_reading", ground.bare_servers("reading")) as reader:
        spent = read_answer(reader)
    table.add("reading a PDF of plain text", f"{spent['pages'] / spent['total']:.1f} pages/s")
    share = 100 * spent["embedding"] / spent["total"]
    table.add("  of it in the embedder", f"{share:.0f} %", "", "at least 80 %")


def _add(table: Table, scope: str, answer: dict[str, Any], exact: list[list[int]]) -> None:
    asked = answer[scope]
    hits = [
        # who takes too long was not asked all of them
        len(set(found) & set(nearest))
        for found, nearest in zip(asked["found"], exact, strict=False)
    ]
    recall = sum(hits) / (NEAREST * len(hits))
    short = sum(len(found) < NEAREST for found in asked["found"])
    times = np.percentile(asked["ms"], [50, 95])
    # words find other passages than the nearest vectors: there is nothing to recall
    told = "" if "words" in answer["name"] else f"recall {recall:.3f}  "
    value = f"{told}p50 {times[0]:.1f}  p95 {times[1]:.1f} ms"
    aim = AIM if answer["name"] == "Bureau" else ""
    table.add(f"{scope}: {answer['name']}", value + (f"  short {short}" * bool(short)), "", aim)
