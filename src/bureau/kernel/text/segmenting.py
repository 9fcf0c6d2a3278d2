"""Cutting text into words by the rules of Unicode (UAX 29), with ICU's dictionaries where no
spaces are written: Chinese, Japanese, Thai, Lao, Khmer, Burmese.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from bureau.kernel.text.spelling import is_mark, normal

# signs that hold the parts of one word together, and those that belong to the word before them
_INSIDE = frozenset("-./'_")
_BEHIND = ("++", "%", "°")
# blocks that are written without spaces: Thai and Lao, Burmese, Khmer, kana, Han
_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)
# longer ones are no words of any language; an index has a limit
LONGEST = 100


def is_unspaced(sign: str) -> bool:
    """Whether a character is of a script that writes no spaces between words."""
    code = ord(sign)
    return code >= 0x0E00 and any(first <= code <= last for first, last in _UNSPACED)


def is_letter(sign: str) -> bool:
    """Whether a character can be part of a word: a letter, a digit, or a mark on one."""
    return sign.isalnum() or is_mark(sign)


def is_border(text: str, place: int) -> bool:
    """Whether a word can begin or end at `place`."""
    if not 0 < place < len(text):
        return True
    before, after = text[place - 1], text[place]
    if is_mark(after):
        return False
    return not (is_letter(before) and is_letter(after)) or is_unspaced(before) or is_unspaced(after)


def words(text: str) -> list[str]:
    """All words in their order, in one spelling; `wanna-build`, `192.168.0.1`, `C++` are one each."""
    plain = normal(text)
    found: list[str] = []
    end = -1
    for start, stop in _segments(plain):
        piece = plain[start:stop]
        if not any(map(str.isalnum, piece)):
            if found and start == end and (sign := _behind(plain, start)):
                found[-1] += sign
            continue
        joined = start == end + 1 and plain[end] in _INSIDE and not is_unspaced(piece[0])
        if joined and found:
            found[-1] += plain[end] + piece
        else:
            found.append(_path(plain, start) + piece)
        end = stop
    return found


def _behind(plain: str, place: int) -> str:
    return next((sign for sign in _BEHIND if plain.startswith(sign, place)), "")


def _path(plain: str, start: int) -> str:
    """The stroke that a path begins with."""
    begins = start and plain[start - 1] == "/" and (start == 1 or plain[start - 2].isspace())
    return "/" if begins else ""


def _segments(plain: str) -> Iterator[tuple[int, int]]:
    from icu4py.breakers import WordBreaker

    yield from WordBreaker(plain, "en").segments()


def parts(text: str) -> list[str]:
    """What is looked up one by one: words without the signs in them, in their order.

    Where no spaces are written, each pair of neighbouring characters: two writers, and a question
    and its answer, may be cut differently by any dictionary.
    """
    found: list[str] = []
    for run in _runs(normal(text)):
        if len(run) > 2 and is_unspaced(run[0]):
            found += [run[at : at + 2] for at in range(len(run) - 1)]
        else:
            found.append(run[:LONGEST])
    return found


def _runs(plain: str) -> Iterator[str]:
    """Stretches of letters of one kind, spaced or unspaced."""
    run: list[str] = []
    kind = False
    for sign in plain:
        this, letter = is_kind(sign)
        turned = this != kind and not is_mark(sign)
        # `30mg` is read as `30 mg` is
        unit = (
            letter and bool(run) and run[0].isdecimal() and run[-1].isdecimal() and sign.isalpha()
        )
        if run and (not letter or turned or unit):
            yield "".join(run)
            run = []
        if letter:
            kind = this if not run else kind
            run.append(sign)
    if run:
        yield "".join(run)


@lru_cache(maxsize=8192)
def is_kind(sign: str) -> tuple[bool, bool]:
    """(is_unspaced, is_letter) of a character; texts are made of few different ones."""
    return is_unspaced(sign), is_letter(sign)
