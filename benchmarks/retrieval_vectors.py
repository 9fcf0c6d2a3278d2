"""What race `retrieval` searches: clustered vectors with tenants, questions, and the exact answers.

Kept in a folder: a second race over as many vectors reads them from there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

DIMENSION, CLUSTERS, TENANTS, QUESTIONS, NEAREST = 384, 200, 100, 60, 10
# how far passages lie from the middle of their subject: about as far as the subjects are apart
SPREAD = 0.045
# share of the vectors in scope -> tenants that are
ALL = "100 %"
SCOPES = {"1 %": 1, "10 %": 10, ALL: TENANTS}
_BLOCK = 100_000
PARTS = ("vectors", "tenants", "questions")


def make_vectors(folder: Path, count: int) -> dict[str, list[list[int]]]:
    """Write `count` vectors, tenants and questions unless they are there.

    Returns:
        The exact answers of each scope: a row of ids, nearest first, for each question.
    """
    answers = folder / "answers.json"
    if not answers.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder, count)
        answers.write_text(json.dumps(_exact(folder)), encoding="utf-8")
    exact: dict[str, list[list[int]]] = json.loads(answers.read_text(encoding="utf-8"))
    return exact


def read_vectors(folder: Path) -> tuple[Any, Any, Any]:
    """Vectors (left on the disk until they are read), tenants and questions."""
    vectors, tenants, questions = (
        np.load(folder / f"{part}.npy", mmap_mode="r" if part == "vectors" else None)
        for part in PARTS
    )
    return vectors, tenants, questions


def blocks(count: int, size: int = _BLOCK) -> Iterator[slice]:
    """The rows in pieces that fit into memory."""
    return (slice(start, min(start + size, count)) for start in range(0, count, size))


def _write(folder: Path, count: int) -> None:
    chance = np.random.default_rng(7)
    centres = _unit(chance.normal(size=(CLUSTERS, DIMENSION)))
    cluster = chance.integers(CLUSTERS, size=count)
    vectors = np.lib.format.open_memmap(
        folder / "vectors.npy", "w+", np.float32, (count, DIMENSION)
    )
    for rows in blocks(count):
        vectors[rows] = _near(chance, centres[cluster[rows]])
    np.save(folder / "tenants.npy", chance.integers(TENANTS, size=count).astype(np.int32))
    near = centres[chance.integers(CLUSTERS, size=QUESTIONS)]
    np.save(folder / "questions.npy", _near(chance, near))


def _near(chance: np.random.Generator, centres: Any) -> Any:
    return _unit(centres + chance.normal(scale=SPREAD, size=centres.shape))


def _unit(array: Any) -> Any:
    return (array / np.linalg.norm(array, axis=1, keepdims=True)).astype(np.float32)


def _exact(folder: Path) -> dict[str, list[list[int]]]:
    vectors, tenants, questions = read_vectors(folder)
    alike = np.concatenate([questions @ vectors[rows].T for rows in blocks(len(vectors))], axis=1)
    return {
        scope: [_nearest(row) for row in np.where(tenants < count, alike, -2.0)]
        for scope, count in SCOPES.items()
    }


def _nearest(alike: Any) -> list[int]:
    top = np.argpartition(-alike, NEAREST)[:NEAREST]
    return [int(one) for one in top[np.argsort(-alike[top])]]
