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
        from sentencepiece import SentencePieceProcessor

        self._vocabulary = vocabulary
        self._pieces = SentencePieceProcessor(model_proto=_model_of(vocabulary))

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each text between the two marks, cut after `MAX_TOKENS`."""
        clean = [self.normalised(text) for text in texts]
        marks = self._vocabulary
        # threads of its own for each call would cost more than the cutting
        found = self._pieces.encode(clean, out_type=int, num_threads=1)
        return [[marks.begin, *one[:MAX_TOKENS], marks.end] for one in found]

    def normalised(self, text: str) -> str:
        """`text` in the characters that the pieces are made of.

        It is cut before and after, because one character can stand for eighteen.
        """
        replaced = text[:MAX_CHARACTERS].translate(self._vocabulary.replacements)
        return SPACES.sub(" ", replaced).strip()[:MAX_CHARACTERS]


def _model_of(vocabulary: Vocabulary) -> bytes:
    """The vocabulary as a model file of sentencepiece, with which it was made.

    What stands for a mark is not found in a text that spells it out. Replacing characters is left
    to `Tokens.normalised`.
    """
    # its members are made when it is imported
    from sentencepiece.sentencepiece_model_pb2 import ModelProto  # type: ignore[attr-defined]

    model = ModelProto()
    marks = {
        vocabulary.begin: "bos",
        vocabulary.end: "eos",
        vocabulary.pad: "pad",
        vocabulary.unknown: "unk",
    }
    piece_type = ModelProto.SentencePiece
    for place, (piece, score) in enumerate(vocabulary.pieces):
        model.pieces.add(piece=piece, score=score)
        if place in marks:
            unknown = place == vocabulary.unknown
            model.pieces[place].type = piece_type.UNKNOWN if unknown else piece_type.CONTROL
            setattr(model.trainer_spec, f"{marks[place]}_id", place)
            setattr(model.trainer_spec, f"{marks[place]}_piece", piece)
    model.trainer_spec.model_type = model.trainer_spec.UNIGRAM
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.remove_extra_whitespaces = False
    return bytes(model.SerializeToString())
