"""What words are reduced to, so that `filters` finds `filter` and कार्यालयको finds कार्यालय.

Snowball's algorithms, the same that PostgreSQL uses for its European languages, and those for
Hindi, Nepali, Sesotho and others. A word of a question is tried in every language of its script,
because documents of any of them may be in scope.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Protocol

from bureau.kernel.text.segmenting import is_unspaced, parts
from bureau.kernel.text.spelling import without_accents

ALGORITHMS = {
    "ar": "arabic", "da": "danish", "de": "german", "en": "english", "es": "spanish",
    "fi": "finnish", "fr": "french", "hi": "hindi", "hu": "hungarian", "it": "italian",
    "ne": "nepali", "nl": "dutch", "pl": "polish", "pt": "portuguese", "ru": "russian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "st": "sesotho",
}  # fmt: skip
# first letter's block -> languages whose endings a word of that script can have
_LATIN = ("en", "de", "fr", "es", "it", "nl", "pl", "pt", "sv", "da", "fi", "hu", "tr", "st")
_SCRIPTS = (
    (0x0370, 0x03FF, ()),
    (0x0400, 0x04FF, ("ru",)),
    (0x0600, 0x06FF, ("ar",)),
    (0x0900, 0x097F, ("ne", "hi")),
    (0x0B80, 0x0BFF, ("ta",)),
)


# Nguni languages put what others put at the end at the beginning: classes of nouns and their
# concords. Two or three of them may stand before a root.
NGUNI = frozenset({"zu", "xh", "nr", "ss"})
_PREFIX_LIST = """
aba abe abo ama ame ba be bo bu e eli esi ezi i ili im imi in isi izi ka ke ki ko ku kuma kwa kwe
kwezi kwi la le lo li lu m ma me mo na ne no nga ngama nge ngo ngu o obu oku oli olu sa se si so u
ubu uku ulu um umu wa we wo ya ye yi yo za ze zi zo a
"""
_PREFIXES = sorted(_PREFIX_LIST.split(), key=len, reverse=True)
_ROOT = 4


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...


@cache
def _stemmer(language: str) -> _Stemmer:
    import snowballstemmer

    made: _Stemmer = snowballstemmer.stemmer(ALGORITHMS[language])
    return made


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """A part of a word as the index of this language keeps it; without accents in any."""
    if language not in _languages_of(word):
        return without_accents(word)
    return without_accents(_stemmer(language).stemWord(word)) or word


def _languages_of(word: str) -> tuple[str, ...]:
    first = ord(word[0])
    if first < 0x0250:
        return _LATIN if word[0].isalpha() else ()
    return next((those for low, high, those in _SCRIPTS if low <= first <= high), ())


@lru_cache(maxsize=50_000)
def root(part: str) -> str:
    """A Nguni word without the prefixes before its root: `amamitha`, `yemitha` are `mitha`."""
    for _ in range(3):
        fitting = (one for one in _PREFIXES if part.startswith(one))
        prefix = next((one for one in fitting if len(part) - len(one) >= _ROOT), "")
        part = part.removeprefix(prefix)
    return part


@lru_cache(maxsize=50_000)
def forms(part: str, language: str = "") -> tuple[str, ...]:
    """Everything that a part of a word may be kept as, whatever language its document is in.

    Args:
        language: of the text, where it is known; only then are prefixes taken off, because
            `invalid` would be `valid`.
    """
    if is_unspaced(part[0]):
        return (part,)
    found = [without_accents(part), *(stem(part, one) for one in _languages_of(part))]
    return tuple(dict.fromkeys([*found, *([root(found[0])] if language in NGUNI else [])]))


def lexemes(text: str, language: str) -> list[tuple[str, ...]]:
    """The parts of a text in their order, each in the form or the two that the index keeps.

    Args:
        language: ISO code of the text; of an unknown one only the spelling is evened out.
    """
    if language in NGUNI:
        bare = map(without_accents, parts(text))
        return [(one,) if is_unspaced(one[0]) else tuple({one, root(one)}) for one in bare]
    return [(stem(part, language),) for part in parts(text)]
