"""Text -> token ids, as the model was trained on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bureau.kernel.ai.adapters.e5.weights import Vocabulary

# with the begin and end marks 512, which is all that the model can place
MAX_TOKENS = 510
# no piece is longer than 16 characters; what lies beyond can only be cut off again
MAX_CHARACTERS = 10_000
SPACES = re.compile(r"\s+")


class Tokens:
    """The model's tokeniser. Safe to use from several threads.

    Args:
        vocabulary: pieces, special ids and replacements of the model.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        from tokenizers import Tokenizer, models, pre_tokenizers

        self._vocabulary = vocabulary
        self._tokenizer = Tokenizer(models.Unigram(vocabulary.pieces, vocabulary.unknown, False))
        self._tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each text between the two marks, cut after `MAX_TOKENS`."""
        clean = [self.normalised(text) for text in texts]
        marks = self._vocabulary
        encoded = self._tokenizer.encode_batch_fast(clean, add_special_tokens=False)
        return [[marks.begin, *one.ids[:MAX_TOKENS], marks.end] for one in encoded]

    def normalised(self, text: str) -> str:
        """`text` in the characters that the pieces are made of.

        It is cut before and after, because one character can stand for eighteen.
        """
        replaced = text[:MAX_CHARACTERS].translate(self._vocabulary.replacements)
        return SPACES.sub(" ", replaced).strip()[:MAX_CHARACTERS]
