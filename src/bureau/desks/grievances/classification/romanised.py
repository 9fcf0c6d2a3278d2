"""Nepali in Latin letters, as people type it on telephones, is read by its sound. Pure.

Everybody spells it differently (`chha`, `cha`, `xa`), so words are compared by what is left when that
is taken away. A word that sounds like one the desk knows is written as that one, in Devanagari; what
classifies a complaint or looks for sensitive matters then reads it like any other.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from functools import cache
from itertools import takewhile

from anyascii import anyascii

from bureau.desks.grievances.classification.labelled import glossary, sentences

# of the words of a text: with fewer that are known it is another language
SHARE = 0.4
# a shorter beginning would be that of too many words
SHORTEST_BEGINNING = 3
_LATIN = re.compile(r"[a-z]+", re.IGNORECASE)
_DEVANAGARI = re.compile(r"[\u0900-\u0963\u0970-\u097f]+")
# what Latin spellings differ in: how much breath, how long a vowel, which nasal, whether twice.
# Devanagari has no letter for the short `a`, so it counts nowhere.
_RULES = [
    (re.compile(pattern), letter)
    for pattern, letter in (
        ("chh?|x", "c"),
        ("sh", "s"),
        ("(?<=[bdgjkpt])h", ""),
        ("f", "p"),
        ("[wv]", "b"),
        ("z", "j"),
        ("ee", "i"),
        ("oo", "u"),
        ("a", ""),
        ("m(?=[^aeiou])", "n"),
        (r"(.)\1+", r"\1"),
    )
]
# words that stand alone in Latin letters and are glued to the one before in Devanagari
_ENDINGS = ("को", "का", "की", "ले", "मा", "लाई", "बाट", "देखि", "सम्म", "हरू", "सँग")
_ALONE = ("छ", "छन्", "छैन", "हो", "होइन", "र", "त", "यो", "मलाई", "हामी", "गर्छ", "गर्यो", "भयो")
_APART = re.compile(rf"(?<=[\u0900-\u0963]) +(?=(?:{'|'.join(_ENDINGS)})(?![\u0900-\u0963]))")


def sound(word: str) -> str:
    """What is the same for all spellings of a word, in Devanagari or Latin letters."""
    heard: str = anyascii(word).lower()
    for pattern, letter in _RULES:
        heard = pattern.sub(letter, heard)
    return heard


def in_devanagari(text: str) -> str:
    """A Nepali text in Latin letters with the words that are known in Devanagari; others unchanged."""
    said = _LATIN.findall(text)
    known = {word: found for word in set(said) if (found := _word_like(sound(word)))}
    if sum(word in known for word in said) < max(1.0, SHARE * len(said)):
        return text
    written = _LATIN.sub(lambda match: known.get(match[0], match[0]), text)
    return _APART.sub("", written)


def _word_like(heard: str) -> str | None:
    words, sounds = _known()
    if heard in words:
        return words[heard]
    if len(heard) < SHORTEST_BEGINNING:
        return None
    # endings are glued to words: the shortest with this beginning has the least of them
    longer = takewhile(lambda one: one.startswith(heard), sounds[bisect_left(sounds, heard) :])
    nearest = min(longer, key=len, default=None)
    return words[nearest] if nearest else None


@cache
def _known() -> tuple[dict[str, str], list[str]]:
    """Sound -> the most frequent word of the desk's own texts that has it; and all sounds, sorted."""
    # the room that looks for these words reads with this module
    from bureau.desks.grievances.classification.sensitivity.words import NEPALI

    texts = [one.text for one in (*sentences(), *glossary())]
    texts += [word for levels in NEPALI.values() for words in levels.values() for word in words]
    seen = Counter(word for text in texts for word in _DEVANAGARI.findall(text))
    words = {sound(word): word for word in (*_ENDINGS, *_ALONE)}
    for word, _ in sorted(seen.items(), key=lambda item: (-item[1], len(item[0]), item[0])):
        words.setdefault(sound(word), word)
    words.pop("", None)
    return words, sorted(words)
