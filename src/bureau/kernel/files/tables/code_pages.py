"""How likely bytes are the text of each code page: pure scoring, in nats.

All candidates explain the same bytes, so their scores can be compared: each is about the logarithm of
the probability that a list of names, items and states has these characters in this order.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bureau.kernel.files.tables import letters

# listed in the order in which equals are named
PAGES = {
    "utf-8": 4.0,
    "cp1252": 0.0,
    "cp1250": 0.0,
    "cp1251": 0.0,
    "cp1253": 0.0,
    "cp1254": 0.0,
    "cp1255": 0.0,
    "cp1256": 0.0,
    "cp1257": 0.0,
    "cp1258": 0.0,
    "cp874": 0.0,
    "gb18030": 0.0,
    "cp950": 0.0,
    "cp932": 0.0,
    "cp949": 0.0,
    # of other systems than Windows
    "mac_roman": -3.0,
    "cp850": -3.0,
    "cp852": -3.0,
    "cp866": -3.0,
    "koi8_r": -3.0,
    "euc_jp": -3.0,
    "iso8859_2": -3.0,
}
_WEST = ("fr", "de", "es", "pt", "it", "sv", "da", "nl", "is", "ca", "sq")
_EAST = ("pl", "cs", "sk", "hu", "hr", "ro", "sq", "de")
_LANGUAGES = {
    "utf-8": tuple(letters.LATIN),
    **dict.fromkeys(("cp1252", "mac_roman", "cp850"), _WEST),
    **dict.fromkeys(("cp1250", "cp852", "iso8859_2"), _EAST),
    "cp1254": ("tr", "de", "fr", "es", "pt", "it", "sq"),
    "cp1257": ("lv", "lt", "et", "pl", "de", "sv"),
    "cp1258": ("vi", "fr"),
    "cp1256": ("fr",),
}
_SCRIPTS = {
    "utf-8": (*letters.SCRIPTS, "han", "kana", "hangul"),
    **dict.fromkeys(("cp1251", "cp866", "koi8_r"), ("cyrillic",)),
    "cp1253": ("greek",),
    "cp1255": ("hebrew",),
    "cp1256": ("arabic",),
    "cp874": ("thai",),
    **dict.fromkeys(("gb18030", "cp950"), ("han",)),
    **dict.fromkeys(("cp932", "euc_jp"), ("han", "kana", "halfkana")),
    "cp949": ("hangul", "han"),
}
_HAN = {
    "gb18030": letters.SIMPLIFIED | letters.TRADITIONAL,
    "cp950": letters.TRADITIONAL,
    "cp932": letters.JAPANESE,
    "euc_jp": letters.JAPANESE,
    "cp949": frozenset(),
    "utf-8": letters.SIMPLIFIED | letters.TRADITIONAL | letters.JAPANESE,
}
_ASCII, _LETTER, _SYMBOL, _FOREIGN = -3.2, -4.2, -9.0, -12.0
_PUNCTUATION = frozenset("’‘“”–—…·°ºª§«»№、。，：；（）「」・《》\u00a0\u3000")
_WORD, _SYLLABLE = 8.0, 2.5


@dataclass(frozen=True)
class Score:
    """How well a code page explains fields.

    Attributes:
        nats: logarithm of a probability, up to a constant that all pages share.
        words: how many known words of headers and cells it shows.
        text: the fields under it, to compare.
        faults: characters that no name or word would have there.
    """

    encoding: str
    nats: float
    words: int
    faults: int
    text: str


def score(fields: Iterable[bytes], encoding: str, known: frozenset[str]) -> Score | None:
    """The score of one page; None where a field has no meaning under it."""
    nats, words, faults, texts = PAGES[encoding], 0, 0, []
    for field in fields:
        try:
            text = unicodedata.normalize("NFC", field.decode(encoding))
        except UnicodeDecodeError:
            return None
        texts.append(text)
        if _folded(text) in known:
            words += 1
            nats += _WORD
        for token in text.split():
            gained, wrong = _token(token, encoding)
            nats, faults = nats + gained, faults + wrong
    return Score(encoding, nats, words, faults, "\n".join(texts))


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(50_000)
def _token(token: str, encoding: str) -> tuple[float, int]:
    """(score, faults) of what stands between two blanks."""
    if token.isascii():
        return _ASCII * len(token), 0
    nats, faults = 0.0, 0
    kinds = [_kind(character) for character in token]
    for place, character in enumerate(token):
        gained = _character(character, kinds[place], encoding, place)
        nats += gained
        faults += gained <= _SYMBOL
    gained, wrong = _order(token, kinds)
    languages, missed = _language(token, kinds, encoding)
    return nats + gained + languages, faults + wrong + missed


def _character(character: str, kind: str, encoding: str, place: int) -> float:
    if kind == "ascii":
        return _ASCII
    if kind == "latin":
        return _LETTER if encoding in _LANGUAGES else _FOREIGN
    if kind == "mark":
        return -4.0 if encoding in {"cp1258", "cp874", "cp1255", "cp1256", "utf-8"} else _FOREIGN
    if kind == "other":
        return -5.5 if character in _PUNCTUATION else _SYMBOL
    if kind not in _SCRIPTS.get(encoding, ()):
        return _FOREIGN
    if kind in letters.SCRIPTS:
        return _ranked(character.lower(), letters.SCRIPTS[kind])
    return _east_asian(character, kind, encoding, place)


def _ranked(letter: str, ranking: str) -> float:
    place = ranking.find(letter)
    return -2.3 - 0.11 * place if place >= 0 else _SYMBOL + 1


def _east_asian(character: str, kind: str, encoding: str, place: int) -> float:
    if kind == "hangul":
        if character in letters.HANGUL:
            return -5.2
        return -7.5 if _encodes(character, "euc_kr") else -12.0
    if kind in {"kana", "halfkana"}:
        return -4.6
    surname = 1.0 if not place and character in letters.SURNAMES.get(encoding, ()) else 0.0
    if character in _HAN[encoding]:
        return -5.6 + surname
    return -8.8 if _is_common(character, encoding) else -12.0


@lru_cache(30_000)
def _is_common(character: str, encoding: str) -> bool:
    """Whether a character is of the first level of its national standard."""
    standards = {
        "gb18030": (("gb2312", 0xB0, 0xD7),),
        "cp950": (("big5", 0xA4, 0xC6),),
        "cp932": (("shift_jis", 0x88, 0x98),),
        "euc_jp": (("shift_jis", 0x88, 0x98),),
        "utf-8": (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6), ("shift_jis", 0x88, 0x98)),
    }
    for standard, first, last in standards.get(encoding, ()):
        try:
            lead = character.encode(standard)[0]
        except UnicodeEncodeError:
            continue
        if first <= lead <= last:
            return True
    return False


def _encodes(character: str, standard: str) -> bool:
    try:
        character.encode(standard)
    except UnicodeEncodeError:
        return False
    return True


def _order(token: str, kinds: list[str]) -> tuple[float, int]:
    """What neighbours say: scripts that mix, capitals inside of words, letters that swallowed others."""
    nats, faults = 0.0, 0
    for place in range(1, len(token)):
        one, other = token[place - 1], token[place]
        before, after = kinds[place - 1], kinds[place]
        if _mixes(one, before, other, after):
            nats, faults = nats - 8.0, faults + 1
        elif other.isupper() and one.islower() and not (one.isascii() and other.isascii()):
            nats, faults = nats - 7.0, faults + 1
        elif "other" in (before, after) and _is_letter(before, one) and _is_letter(after, other):
            nats -= 4.0
        elif after == "mark" and before == "other":
            nats, faults = nats - 8.0, faults + 1
    if kinds[0] == "mark":
        nats, faults = nats - 8.0, faults + 1
    if kinds[0] in {"cyrillic", "greek", "latin"} and token[0].islower():
        nats -= 1.5
    return nats - 2.0 * _runs(token, kinds), faults


def _is_letter(kind: str, character: str) -> bool:
    return kind != "ascii" or character.isalpha()


def _mixes(one: str, before: str, other: str, after: str) -> bool:
    if before == after or "other" in (before, after) or "mark" in (before, after):
        return False
    pair = {before, after}
    if "ascii" in pair:
        letter = one if before == "ascii" else other
        if pair & {"han", "kana", "hangul", "halfkana"}:
            return letter.islower()
        return letter.isalpha() and "latin" not in pair
    return not pair <= {"han", "kana"} and not pair <= {"han", "hangul"}


def _runs(token: str, kinds: list[str]) -> int:
    """How many letters stand in a row of more than three consonants or more than two vowels."""
    found, run, last = 0, 0, None
    for character, kind in zip(token.lower(), kinds, strict=False):
        if kind not in {"cyrillic", "greek"}:
            last, run = None, 0
            continue
        vowel = character in letters.VOWELS
        run = run + 1 if vowel == last else 1
        last = vowel
        found += run > (2 if vowel else 3)
    return found


def _language(token: str, kinds: list[str], encoding: str) -> tuple[float, int]:
    """Whether one language of the page has all the letters; and its usual syllables."""
    if "latin" not in kinds and "mark" not in kinds:
        return 0.0, 0
    lower = unicodedata.normalize("NFC", token.lower())
    extra = {c for c in lower if not c.isascii() and (c.isalpha() or unicodedata.combining(c))}
    extra |= {c for c in extra if unicodedata.combining(c)}
    fitting = [one for one in _LANGUAGES.get(encoding, ()) if _fits(extra, one)]
    if not fitting:
        return (0.0, 0) if encoding in {"cp874", "cp1255", "cp1256"} else (-8.0, 1)
    decomposed = lower
    most = max(sum(s in decomposed for s in letters.SYLLABLES.get(one, ())) for one in fitting)
    return _SYLLABLE * min(most, 2), 0


def _fits(extra: set[str], language: str) -> bool:
    alphabet = set(letters.LATIN[language])
    if language == "vi":
        return all(set(_parts(c)) <= alphabet | set("aeiouy") for c in extra)
    return extra <= alphabet


def _parts(character: str) -> str:
    """A Vietnamese letter and its tone."""
    parts = unicodedata.normalize("NFD", character)
    tones = "\u0300\u0301\u0303\u0309\u0323"
    base = "".join(c for c in parts if c not in tones)
    return unicodedata.normalize("NFC", base) + "".join(c for c in parts if c in tones)


@lru_cache(10_000)
def _kind(character: str) -> str:
    """The script of a character."""
    if character.isascii():
        return "ascii" if character.isprintable() else "other"
    point = ord(character)
    if unicodedata.combining(character) or unicodedata.category(character) == "Mn":
        return "mark"
    if 0x4E00 <= point <= 0x9FFF or 0x3400 <= point <= 0x4DBF:
        return "han"
    if not character.isalpha() and point != 0x30FC:
        return "other"
    for name, low, high in _RANGES:
        if low <= point <= high:
            return name
    return "other"


_RANGES = (
    ("latin", 0xC0, 0x24F),
    ("latin", 0x1E00, 0x1EFF),
    ("greek", 0x370, 0x3FF),
    ("cyrillic", 0x400, 0x4FF),
    ("hebrew", 0x5D0, 0x5EA),
    ("arabic", 0x600, 0x6FF),
    ("thai", 0xE01, 0xE4F),
    ("kana", 0x3041, 0x30FF),
    ("hangul", 0xAC00, 0xD7A3),
    ("halfkana", 0xFF66, 0xFF9F),
)


def looks_written(text: str, encoding: str) -> bool:
    """Whether East Asian characters are those that people are called by, not any that exist.

    Bytes of another page come out as characters of every frequency.
    """
    han = [c for c in text if _kind(c) == "han"]
    hangul = [c for c in text if _kind(c) == "hangul"]
    usual = sum(c in _HAN.get(encoding, ()) for c in han)
    if len(han) > len(hangul):
        return usual * 4 >= len(han)
    return sum(c in letters.HANGUL for c in hangul) * 2 >= len(hangul)


def margin_needed(fields: int) -> float:
    """By how much the best must be ahead: the model errs alike on names that are alike."""
    return 9.0 + 1.2 * math.sqrt(fields) + 0.25 * fields
