"""Whether sentences deny something. Pure."""

from __future__ import annotations

import re
from functools import cache

from bureau.desks.interpreting.safety import words

_SENTENCES = re.compile(r"[.!?;।\n]+(?:\s|$)")
# marks on Devanagari letters are no letters to \w, so words are what stands between blanks
_WORDS = re.compile(r"[^\s,.!?;:।\"“”()\[\]]+")


def denied_sentences(text: str, language: str) -> int | None:
    """How many sentences of a text deny something; None where the language is not known here."""
    pattern = _pattern(language)
    if pattern is None:
        return None
    sentences = _SENTENCES.split(text.replace("’", "'"))
    return sum(_denies(sentence, pattern, language) for sentence in sentences)


def _denies(sentence: str, pattern: re.Pattern[str], language: str) -> bool:
    exceptions = words.NO_DENIALS.get(language, frozenset())
    found = (word.casefold() for word in _WORDS.findall(sentence))
    return any(_is_denial(word, pattern) for word in found if word not in exceptions)


def _is_denial(word: str, pattern: re.Pattern[str]) -> bool:
    # French puts the denial before an apostrophe: n'avez
    return bool(pattern.fullmatch(word)) or word.startswith("n'")


@cache
def _pattern(language: str) -> re.Pattern[str] | None:
    found = words.DENIALS.get(language)
    return re.compile(found) if found else None
