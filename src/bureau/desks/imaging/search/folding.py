"""One spelling for texts and terms: how names are compared, whoever wrote them.

The database folds the texts (`imaging_fold`); a term is folded here in the same way. Pairs of
characters index what trigrams cannot: terms of one or two characters, and scripts without words.
"""

from __future__ import annotations

import re
import unicodedata

from bureau.desks.imaging.sql.spelling import ACCENTS, LETTERS, alike

# pg_trgm sees letters and digits of ASCII only under the database's C character type
_TRIGRAM = re.compile(r"[a-z0-9]{3}")
_ACCENTS = dict.fromkeys(ACCENTS)


def fold(text: str) -> str:
    """The text as `imaging_fold` would write it: `Müller`, `MULLER` are `muller`, 張三 is 张三.

    Case, width, accents and strokes do not count, nor the kind of apostrophe, `ß` and `ss`,
    traditional and simplified characters, short and long vowels of Devanagari.
    """
    plain = fold_case(text)
    if plain.isascii():
        return plain
    apart = unicodedata.normalize("NFD", plain).translate(_ACCENTS)
    one = unicodedata.normalize("NFC", apart).translate(alike())
    for letter, written in LETTERS.items():
        one = one.replace(letter, written)
    return one


def fold_case(text: str) -> str:
    """NFKC and lower case only, character by character, as numbers and reports are compared."""
    return "".join(map(_lower, unicodedata.normalize("NFKC", text)))


def _lower(character: str) -> str:
    lower = character.lower()
    # the one letter whose lower case is two: the database keeps the first
    return lower if len(lower) == 1 else lower[0]


def has_trigram(folded: str) -> bool:
    """Whether a trigram index can narrow a search for this term."""
    return _TRIGRAM.search(folded) is not None


def grams(folded: str) -> list[str]:
    """What a text that contains the term has for certain: its pairs, or its one character."""
    if len(folded) < 2:
        return [folded]
    return sorted({folded[place : place + 2] for place in range(len(folded) - 1)})


def like_pattern(folded: str) -> str:
    """A LIKE pattern that finds the term anywhere, whatever characters it is made of."""
    escaped = re.sub(r"([\\%_])", r"\\\1", folded)
    return f"%{escaped}%"
