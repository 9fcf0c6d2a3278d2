"""The built-in classifier as this process uses it: learnt once, from vectors that come with the desk.

The vectors of the shipped examples are shipped too, because making them takes ten seconds; for other
categories or another embedding model they are made here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from bureau.desks.grievances.classification.catalogue import DATA, Kind
from bureau.desks.grievances.classification.labelled import Sentence, lessons
from bureau.desks.grievances.classification.learning import Learned
from bureau.desks.grievances.classification.romanised import in_devanagari
from bureau.desks.grievances.classification.wording import Matrix
from bureau.kernel.ai.ports import Embedder
from bureau.kernel.ai.registry import embedder

VECTORS = DATA / "vectors.npz"
PROVIDER = "builtin"


def ranked(text: str, kinds: tuple[Kind, ...]) -> list[tuple[str, float]]:
    """Every kind with its confidence, likeliest first."""
    model = embedder()
    learned = learned_from(kinds)
    text = in_devanagari(text)
    found = learned.confidences([text], model.embed_passages([text]))[0]
    order = np.argsort(-found)
    return [(learned.kinds[at], float(found[at])) for at in order]


@lru_cache(maxsize=4)
def learned_from(kinds: tuple[Kind, ...]) -> Learned:
    """A classifier of these kinds; learnt on first use."""
    examples = lessons(kinds)
    texts, keys = [one.text for one in examples], [one.key for one in examples]
    return Learned(texts, keys, vectors_of(examples, embedder()))


def vectors_of(examples: Sequence[Sentence], model: Embedder) -> Matrix:
    """The embeddings of the examples: the shipped ones where they fit, else made now."""
    known = _shipped(model)
    missing = [one.text for one in examples if _digest(one.text) not in known]
    if missing:
        made = model.embed_passages(missing)
        known |= {_digest(text): row for text, row in zip(missing, made, strict=True)}
    return np.array([known[_digest(one.text)] for one in examples], np.float32)


def _shipped(model: Embedder) -> dict[str, Matrix]:
    """Digest of a text -> its vector, where the shipped ones are of this model."""
    if not VECTORS.exists():
        return {}
    with np.load(VECTORS) as stored:
        if str(stored["model"]) != _signature(model):
            return {}
        rows = stored["vectors"].astype(np.float32)
        digests = [str(one) for one in stored["digests"]]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return dict(zip(digests, rows, strict=True))


def write_vectors(examples: Sequence[Sentence], path: Path = VECTORS) -> None:
    """Make the shipped vectors anew; half precision is enough for them."""
    model = embedder()
    vectors = model.embed_passages([one.text for one in examples])
    np.savez_compressed(
        path,
        vectors=vectors.astype(np.float16),
        digests=np.array([_digest(one.text) for one in examples]),
        model=_signature(model),
    )


def _signature(model: Embedder) -> str:
    return f"{model.provider}/{model.model}/{model.dimension}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
