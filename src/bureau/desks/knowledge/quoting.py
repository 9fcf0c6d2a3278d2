"""Whether words really stand in a passage. Pure functions.

White space, hyphens and the kind of quotation marks do not count: PDF pages break words and lines
where they like. Everything else does, and a quote begins and ends where words do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bureau.kernel.text.segmenting import is_border, is_unspaced, parts
from bureau.kernel.text.spelling import normal
from bureau.kernel.text.stemming import forms

# shorter stretches occur everywhere and prove nothing
SHORTEST = 8
# share of a sentence's words that its passage must hold, where nothing is quoted
ENOUGH = 0.6
_IGNORED = re.compile(r"[\s\u00ad\u200b-\u200d\-‐‑‒–—'\"“”„«»‘’‚`]")
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{3,}?)[\"”“»]")
_DENIES = """
not no never none neither nor without cannot nicht kein keine keinen keiner niemals ohne
weder pas jamais sans aucun aucune ni nunca sin ningún ninguna ninguno tampoco
"""
_NEGATION = frozenset(_DENIES.split())
_LIMIT = re.compile(
    r"\b(?:no (?:more|less|fewer|later|earlier) than|not (?:more|less|fewer|only)|nicht (?:mehr|weniger|nur)"
    r"|kein(?:e|er)? (?:mehr|weniger)|pas (?:plus|moins|seulement)|no (?:m[aá]s|menos|s[oó]lo))\b"
)


def find_quote(quote: str, text: str) -> tuple[int, int] | None:
    """Where `quote` stands in `text`: (start, end) in its characters, or None."""
    wanted, _ = _bare(quote)
    if len(wanted) < SHORTEST:
        return None
    held, places = _bare(text)
    at = held.find(wanted)
    while at >= 0:
        start, end = places[at], places[at + len(wanted) - 1] + 1
        if is_border(text, start) and is_border(text, end):
            return start, end
        at = held.find(wanted, at + 1)
    return None


def _bare(text: str) -> tuple[str, list[int]]:
    """The characters that count, each with its place."""
    kept: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if not _IGNORED.match(char):
            for folded in unicodedata.normalize("NFKC", char).casefold():
                kept.append(folded)
                places.append(place)
    return "".join(kept), places


def quotes_in(sentence: str) -> list[str]:
    """What stands between quotation marks."""
    return [match.strip() for match in _QUOTED.findall(sentence)]


def numbers_in(text: str) -> set[str]:
    """All numbers as they are written, in the digits of any script."""
    return set(_NUMBER.findall(normal(text)))


def words_in(text: str) -> list[str]:
    """All words in one spelling, without the signs that some have inside."""
    return parts(text)


def same_stem(one: str, other: str) -> bool:
    """Whether two words look like forms of one: equal but for up to three letters at their end."""
    if one == other:
        return True
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    rests = sorted((len(one) - shared, len(other) - shared))
    if shared == 3:
        # `run` and `runs`, but not `new` and `newt`
        return rests == [0, 1] and max(one, other, key=len).endswith("s")
    # of short stems one is the whole of the shorter word: `file`, `files`, but not `filed`, `filth`
    return shared >= 4 and rests[1] <= 3 and (rests[0] == 0 or shared >= 6)


def share_found(words: Iterable[str], text: str) -> float:
    """The share of `words` that `text` holds in some form; 0 for no words."""
    wanted, held = list(words), held_in(text)
    if not wanted:
        return 0.0
    return sum(holds_word(held, word) for word in wanted) / len(wanted)


def held_in(text: str, language: str = "") -> set[str]:
    """The words of a text in a language and what they are reduced to, for `holds_word`."""
    return {form for word in words_in(text) for form in forms(word, language)}


def holds_word(held: set[str], word: str, language: str = "") -> bool:
    """Whether `held_in` of a text holds a word in some form; of a compound (`wanna-build`) all parts."""
    parts = words_in(word)
    if len(parts) != 1:
        return bool(parts) and all(holds_word(held, part, language) for part in parts)
    word = parts[0]
    if any(form in held for form in forms(word, language)):
        return True
    if is_unspaced(word[0]):
        return len(word) == 1 and any(word in one for one in held)
    return any(same_stem(word, one) for one in held if one[:3] == word[:3])


def says_no(text: str) -> bool:
    """Whether a sentence denies something; `no more than 40` sets a limit and denies nothing."""
    text = _LIMIT.sub(" ", text.lower())
    return "n't" in text.replace("’", "'") or any(word in _NEGATION for word in words_in(text))
