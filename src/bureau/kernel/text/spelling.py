"""One spelling for texts and questions: what looks alike to a reader is written alike."""

from __future__ import annotations

import sys
import unicodedata
from functools import lru_cache

# what people and programs write for an apostrophe, and for a hyphen
_APOSTROPHES = "‘’‛′ʼʹ＇`´"
_HYPHENS = "‐‑‒–—―−﹣－"
# what is not seen: soft hyphen, zero width characters, marks of direction, byte order mark
_UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff" + "".join(
    map(chr, range(0x202A, 0x202F))
)
# points under and over Devanagari and Bengali letters that writers leave out or interchange
_INDIC = {0x093C: None, 0x09BC: None, 0x0901: 0x0902, 0x0981: 0x0982}
# vowel points of Hebrew and Arabic, and the stroke that only lengthens a word
_POINTS = dict.fromkeys((*range(1425, 1480), *range(1611, 1632), 1648, 1600))
_ALIKE: dict[int, str | int | None] = {
    **dict.fromkeys(map(ord, _APOSTROPHES), "'"),
    **dict.fromkeys(map(ord, _HYPHENS), "-"),
    **dict.fromkeys(map(ord, _UNSEEN)),
    **_INDIC,
    **_POINTS,
}
# accents that are a mark of their own once a letter is taken apart
_ACCENTS = dict.fromkeys(range(0x0300, 0x0370))
# letters that Unicode does not take apart
_STROKES = str.maketrans("łøđħŧæœıþð", "lodhtaoitd")


def normal(text: str) -> str:
    """The text as it is compared: NFKC and lower case, plain quotes, hyphens, spaces and digits.

    `30 mg` with a no-break space, `O’Brien`, `３５` and `३५` become `30 mg`, `o'brien`, `35`.
    The result may be shorter or longer than `text`.
    """
    # before NFKC, which turns some apostrophes into a space and an accent
    plain = unicodedata.normalize("NFKC", text.translate(_ALIKE)).casefold().translate(_ALIKE)
    return plain if plain.isascii() else "".join(map(_digit, plain))


@lru_cache(maxsize=4096)
def _digit(sign: str) -> str:
    """A decimal digit of any script as ASCII writes it; white space as a space."""
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    return " " if sign.isspace() and sign not in "\n\r\t" else sign


def without_accents(word: str) -> str:
    """A word in lower case without accents and strokes: `müller` is `muller`, `łukasz` `lukasz`."""
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFD", word).translate(_ACCENTS).translate(_STROKES)
    return unicodedata.normalize("NFC", apart)


def is_mark(sign: str) -> bool:
    """Whether a character is a vowel sign or an accent that belongs to the letter before it."""
    return unicodedata.category(sign)[0] == "M"


def _ranges(first: int, last: int) -> str:
    return f"\\u{first:04x}-\\u{last:04x}" if first != last else f"\\u{first:04x}"


@lru_cache(maxsize=1)
def marks() -> str:
    """All such marks of the basic plane, for a character class of `re`, whose `\\w` leaves them out.

    `rf"[\\w{marks()}]+"` is a word of Nepali, Tamil or Thai as it is one of English.
    """
    codes = [code for code in range(min(sys.maxunicode, 0xFFFF) + 1) if is_mark(chr(code))]
    spans: list[tuple[int, int]] = []
    for code in codes:
        if spans and spans[-1][1] == code - 1:
            spans[-1] = (spans[-1][0], code)
        else:
            spans.append((code, code))
    return "".join(_ranges(*span) for span in spans)
