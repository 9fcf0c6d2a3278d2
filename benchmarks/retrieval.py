"""Race `retrieval`: the ten nearest passages within 1 %, 10 % and 100 % of clustered vectors.

The same vectors and questions for all. Rivals: pgvector as it comes (HNSW, its settings, the filter
in WHERE), Chroma and LlamaIndex's simple store, which are installed into an environment of their own.
`BENCH_CHUNKS=1000000` races with a million (Bureau and pgvector only).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.ground import REPOSITORY, Ground, python, read_answer
from benchmarks.report import Table

CHUNKS = int(os.environ.get("BENCH_CHUNKS", "100000"))
# a million is too much for rivals that hold everything in one process
MOST_FOR_RIVALS = 200_000
DIMENSION, CLUSTERS, TENANTS, QUESTIONS, NEAREST = 384, 200, 100, 60, 10
SCOPES = {"1 %": 1, "10 %": 10, "100 %": 100}
PEERS = {"chroma": "chromadb", "llamaindex": "llama-index-core"}
AIM_RECALL, AIM_TIME = "at least 0.98", "at most the best peer"
# pages of plain text for the share of time that reading a document spends in the embedder
PAGES = 24


def run(ground: Ground) -> Table:
    """Make the vectors once, let everybody search them, compare with exact arithmetic."""
    folder = ground.folder / "vectors"
    folder.mkdir()
    truth = make_vectors(folder)
    # the nearest are the nearest here, however far away they are
    environment = {**ground.bare_servers("retrieval"), "SIMILARITY_THRESHOLD": "0"}
    table = Table(f"retrieval: nearest {NEAREST} of {CHUNKS:,} clustered vectors, {DIMENSION} dims")
    with python("benchmarks.retrieval_ours", environment, str(folder)) as ours:
        answers = {name: read_answer(ours) for name in ("Bureau", "Bureau, with words", "pgvector")}
        ingestion = read_answer(ours)
    for name, package in PEERS.items() if CHUNKS <= MOST_FOR_RIVALS else ():
        answers[name] = peer(ground.folder, folder, name, package)
    for scope in SCOPES:
        for name, answer in answers.items():
            _add(table, scope, name, answer[scope], truth[scope])
    share = 100 * ingestion["embedding"] / ingestion["total"]
    speed = PAGES / ingestion["total"]
    table.add("reading a PDF of plain text", f"{speed:.1f} pages/s")
    table.add("  of it in the embedder", f"{share:.0f} %", "", "at least 80 %")
    table.notes += [
        f"{QUESTIONS} questions a scope; tenants lie at random over {CLUSTERS} clusters",
        "recall against exact float32; short: questions that came back with fewer than ten",
        *(f"{name}: {answer['version']}" for name, answer in answers.items()),
    ]
    return table


def make_vectors(folder: Path) -> dict[str, list[list[int]]]:
    """Write vectors, tenants and questions; returns the exact answers of each scope."""
    chance = np.random.default_rng(7)
    centres = _unit(chance.normal(size=(CLUSTERS, DIMENSION)))
    cluster = chance.integers(CLUSTERS, size=CHUNKS)
    vectors = _unit(centres[cluster] + chance.normal(scale=0.045, size=(CHUNKS, DIMENSION)))
    tenants = chance.integers(TENANTS, size=CHUNKS).astype(np.int32)
    near = centres[chance.integers(CLUSTERS, size=QUESTIONS)]
    questions = _unit(near + chance.normal(scale=0.045, size=(QUESTIONS, DIMENSION)))
    for name, array in (("vectors", vectors), ("tenants", tenants), ("questions", questions)):
        np.save(folder / f"{name}.npy", array)
    alike = questions @ vectors.T
    return {
        scope: _nearest(np.where(tenants < count, alike, -2.0)) for scope, count in SCOPES.items()
    }


def _unit(array: Any) -> Any:
    return (array / np.linalg.norm(array, axis=1, keepdims=True)).astype(np.float32)


def _nearest(alike: Any) -> list[list[int]]:
    top = np.argpartition(-alike, NEAREST, axis=1)[:, :NEAREST]
    return [list(map(int, row)) for row in top]


def peer(scratch: Path, folder: Path, name: str, package: str) -> dict[str, Any]:
    """Install a rival beside Bureau, never into it, and let it search."""
    place = scratch / f"peer-{name}"
    uv = REPOSITORY / ".venv/bin/uv"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, place], check=True)
    packages = [package, "numpy"]
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--python", place / "bin/python", *packages], check=True
    )
    script = Path(__file__).with_name("retrieval_peers.py")
    done = subprocess.run(
        [place / "bin/python", script, name, folder, str(place / "store")],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _add(
    table: Table, scope: str, name: str, answer: dict[str, Any], truth: list[list[int]]
) -> None:
    hits = [
        # a rival that takes too long was not asked all of them
        len(set(found) & set(exact))
        for found, exact in zip(answer["found"], truth, strict=False)
    ]
    recall = sum(hits) / (NEAREST * len(hits))
    short = sum(len(found) < NEAREST for found in answer["found"])
    times = np.percentile(answer["ms"], [50, 95])
    aim = f"{AIM_RECALL}, {AIM_TIME}" if name == "Bureau" else ""
    # words find other passages than the nearest vectors: there is nothing to recall
    told = "" if "words" in name else f"recall {recall:.3f}  "
    value = f"{told}p50 {times[0]:.1f}  p95 {times[1]:.1f} ms"
    table.add(f"{scope}: {name}", value + (f"  short {short}" if short else ""), "", aim)
