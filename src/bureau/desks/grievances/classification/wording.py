"""Pieces of words as numbers: what a text has in common with others, letter by letter. Pure.

Pieces of two to five letters bridge the case endings that Nepali glues to its words, and plurals.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
SHORTEST, LONGEST = 2, 5
# Devanagari's vowel signs are no word characters to \w
_WORD = re.compile(r"[\u0900-\u0963\u0966-\u097f]+|[^\W\d_]+")


def pieces(text: str) -> Counter[str]:
    """How often each piece occurs in a text; a word's ends are marked."""
    found: Counter[str] = Counter()
    for word in _WORD.findall(unicodedata.normalize("NFC", text).casefold()):
        marked = f"_{word}_"
        for size in range(SHORTEST, LONGEST + 1):
            found.update(marked[at : at + size] for at in range(len(marked) - size + 1))
    return found


class Wording:
    """Learns which pieces tell texts apart (those that are in few of them), and weighs by it."""

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [pieces(text) for text in texts]
        seen = Counter(piece for one in counted for piece in one)
        known = sorted(piece for piece, count in seen.items() if count > 1)
        self._place = {piece: place for place, piece in enumerate(known)}
        self._weight = {piece: math.log(len(texts) / seen[piece]) for piece in known}

    def of(self, texts: Sequence[str]) -> Matrix:
        """One row a text (n, pieces), each of length 1, or 0 where nothing is known."""
        rows = np.zeros((len(texts), len(self._place)), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for piece, count in pieces(text).items():
                if piece in self._place:
                    row[self._place[piece]] = (1 + math.log(count)) * self._weight[piece]
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        found: Matrix = rows / np.maximum(lengths, 1e-9).astype(np.float32)
        return found
