"""The `Embedder` port over the built-in model."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from bureau.kernel.ai.adapters.e5 import network, weights
from bureau.kernel.ai.adapters.e5.tokens import Tokens
from bureau.kernel.ai.adapters.embedding import BaseEmbedder, batches
from bureau.kernel.ai.ports import Vectors

# the model was trained with these words in front of questions and of texts that answer them
QUERY, PASSAGE = "query: ", "passage: "
# what one layer writes for so many stays in a processor's cache; batches of 4,096 take 1.7 times as long
BATCH_TOKENS = 256


class E5Embedder(BaseEmbedder):
    """multilingual-e5-small; loads within a second, at the first text, and takes 250 MB.

    Args:
        path: the weights; None takes those of the installed package.
        threads: processors that one call may use; 0 means all.
    """

    provider: ClassVar[str] = "builtin"  # type: ignore[misc]
    model: ClassVar[str] = "multilingual-e5-small-q4"  # type: ignore[misc]
    dimension: ClassVar[int] = 384  # type: ignore[misc]

    def __init__(self, path: Path | None = None, *, threads: int = 0) -> None:
        self._path = path
        self._threads = threads
        self._lock = threading.Lock()
        self._engine: _Engine | None = None

    def _passages(self, texts: Sequence[str]) -> Vectors:
        return self._loaded().embed([PASSAGE + text for text in texts])

    def _query(self, text: str) -> Vectors:
        return self._loaded().embed([QUERY + text])

    def _loaded(self) -> _Engine:
        with self._lock:
            if self._engine is None:
                self._engine = _Engine(weights.opened(self._path), self._threads)
            return self._engine


class _Engine:
    """The tokeniser, the word table and the network, ready to run."""

    def __init__(self, source: weights.Weights, threads: int) -> None:
        self._source = source
        self._tokens = Tokens(source.vocabulary)
        # the tokeniser has its own now
        source.vocabulary.pieces.clear()
        self._session = _session(source, threads)
        places = source.tensor("emb.pos").reshape(-1, source.shape.width)
        # every text is of the first of two kinds; the second marks a second sentence
        self._places = places + source.tensor("emb.type")[: source.shape.width]
        _return_memory()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Mean vectors of the texts' tokens, in the order of the texts."""
        ids = self._tokens.ids(texts)
        found = np.empty((len(texts), self._source.shape.width), dtype=np.float32)
        for chosen in batches([len(one) for one in ids], most=BATCH_TOKENS):
            found[chosen] = self._run([ids[place] for place in chosen])
        return found

    def _run(self, batch: Sequence[Sequence[int]]) -> Vectors:
        longest = max(map(len, batch))
        pad = self._source.vocabulary.pad
        ids = np.array([[*one, *[pad] * (longest - len(one))] for one in batch])
        lengths = np.array([len(one) for one in batch])
        mask = np.arange(longest) < lengths[:, None]
        words = self._source.words(ids.reshape(-1)).reshape(*ids.shape, -1)
        embedded = words + self._places[:longest]
        given = {"embedded": embedded, "mask": mask.astype(np.int32)}
        hidden = self._session.run(None, given)[0]
        mean: Vectors = np.einsum("btw,bt->bw", hidden, mask / lengths[:, None])
        return mean


def _session(source: weights.Weights, threads: int) -> Any:
    import onnxruntime

    tensors = network.tensors(source)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # threads that wait in a circle between runs would take the processors from everyone else
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(one) for one in tensors.values()]
    options.add_external_initializers(list(tensors), values)
    return onnxruntime.InferenceSession(
        network.graph(source.shape, tensors), options, providers=["CPUExecutionProvider"]
    )


def _return_memory() -> None:
    """Give back what loading took: the C library would keep 100 MB for allocations to come."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:  # only the GNU library has it
        trim(0)
