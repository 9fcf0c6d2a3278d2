"""Names of people and organisations as people write them, out of the upper case of registers."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from bureau.desks.insights.letters import columns

WRAP = 30
CUT = 40
ELLIPSIS = "…"

# Words that stay in capitals: legal forms and well-known initials that can be spoken as words.
_CAPITALS = frozenset(
    {
        *("AB", "AG", "AS", "BV", "KG", "KK", "LLC", "LLP", "LP", "NV", "OY", "PLC", "PTE"),
        *("PTY", "SA", "SAS", "SE", "SL", "SLU", "SRL", "UAB", "UK", "USA"),
        *("BASF", "BOE", "CAS", "CEA", "CERN", "CNRS", "CSIC", "CSIR", "DSM", "ENEA", "EPFL"),
        *("ETH", "FCC", "IBM", "IFP", "INRA", "INRAE", "INSERM", "IIT", "KAIST", "MIT", "NASA"),
        *("NEC", "NTT", "POSCO", "SABIC", "SAP", "TDK", "UCLA", "UNAM", "UPM", "USP", "VTT"),
    }
)
# Abbreviations without vowels that are words, not initials.
_ABBREVIATIONS = (
    *("BLDG", "CTR", "CORP", "DEPT", "DPT", "GRP", "HLDGS", "INST", "INTL", "LTD", "MFG"),
    *("MGMT", "NTL", "PTNR", "SCH", "SYST", "SYS", "TECHN", "TRST", "ST", "DR", "MR", "MRS"),
    *("JR", "SR", "PHD"),
)
_WORDS = {word: word.capitalize() for word in _ABBREVIATIONS} | {"GMBH": "GmbH", "SPA": "SpA"}
_PARTICLES = frozenset(
    {
        *("AND", "DE", "DEL", "DER", "DES", "DI", "DU", "EL", "FOR", "IN", "LA", "LAS", "LOS"),
        *("OF", "THE", "TO", "VON", "Y"),
    }
)
_VOWEL = re.compile(r"[AEIOUYÀ-ÖØ-Ý]")
_ORDINAL = re.compile(r"\d+(?:ST|ND|RD|TH)")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def person(name: str) -> str:
    """A person's name with capitals at the start of its words; mixed case is left alone."""
    return _recase(name, initials=False)


def organisation(name: str) -> str:
    """An organisation's name; initials and legal forms keep their capitals."""
    return _recase(name, initials=True)


def _recase(name: str, *, initials: bool) -> str:
    if any(letter.islower() for letter in name):
        return name
    words = name.split(" ")
    last = len(words) - 1
    return " ".join(
        word.lower() if 0 < i < last and word in _PARTICLES else _word(word, initials)
        for i, word in enumerate(words)
    )


def _word(word: str, initials: bool) -> str:
    if any(letter.isdigit() for letter in word):
        return word.lower() if _ORDINAL.fullmatch(word) else word
    return _LETTERS.sub(lambda match: _part(match[0], initials), word)


def _part(part: str, initials: bool) -> str:
    if initials and part in _WORDS:
        return _WORDS[part]
    if initials and (part in _CAPITALS or (len(part) <= 4 and not _VOWEL.search(part))):
        return part
    if part.startswith("MC") and len(part) > 3:
        return "Mc" + part[2:].capitalize()
    # O'NEIL has a second capital, DON'T and CHILDREN'S do not.
    head, mark, tail = part.partition("'")
    if mark and len(head) == 1 and len(tail) > 1:
        return f"{head}'{tail.capitalize()}"
    return part.capitalize()


def cut(name: str, width: int = CUT) -> str:
    """The name on one line of at most `width` columns, cut between words where it can be."""
    line = " ".join(name.split())
    if columns(line) <= width:
        return line
    if columns(line) > len(line):
        return _head(line, width - 1) + ELLIPSIS
    short = textwrap.shorten(line, width, placeholder=ELLIPSIS)
    return short if len(short) > width // 2 else line[: width - 1].rstrip() + ELLIPSIS


def _head(line: str, width: int) -> str:
    """As many letters from the start as fit into `width` columns."""
    taken = takewhile(lambda end: columns(line[:end]) <= width, range(len(line) + 1))
    return line[: max(taken)]


def label(name: str) -> str:
    """The name for an axis: cut at `CUT` columns and wrapped at `WRAP`."""
    return wrapped(cut(name))


def labels(names: Sequence[str]) -> list[str]:
    """Labels for an axis that tell different names apart, in the order given.

    Where cutting makes two names alike, the end of each is shown instead of its middle, and where
    that does not help, its place among those that look the same.
    """
    short = [cut(name) for name in names]
    alike = _repeated(short)
    short = [
        _with_end(name) if one in alike else one for name, one in zip(names, short, strict=True)
    ]
    alike = _repeated(short)
    seen: Counter[str] = Counter()
    for at, one in enumerate(short):
        if one in alike:
            seen[one] += 1
            short[at] = f"{one} ({seen[one]})"
    return [wrapped(one) for one in short]


def _repeated(texts: Sequence[str]) -> set[str]:
    return {text for text, count in Counter(texts).items() if count > 1}


def _with_end(name: str) -> str:
    """Start and end of a name that is too long, `CUT` columns together, cut between words."""
    line = " ".join(name.split())
    if columns(line) <= CUT:
        return line
    end = _tail(line, CUT // 2)
    start = textwrap.shorten(line, CUT - columns(end) - 1, placeholder="")
    return f"{start or _head(line, CUT - columns(end) - 1)}{ELLIPSIS} {end}"


def _tail(line: str, width: int) -> str:
    """The last words that fit into `width` columns; of a longer last word, its end."""
    words = line.split(" ")
    fitting = (" ".join(words[at:]) for at in range(1, len(words)))
    return next((end for end in fitting if columns(end) <= width), _head(line[::-1], width)[::-1])


def wrapped(short: str) -> str:
    """A short name in as few lines of `WRAP` columns as it needs, all of about one length."""
    per_letter = columns(short) / max(len(short), 1)
    wrap = int(WRAP / max(per_letter, 1))
    lines = len(textwrap.wrap(short, wrap))
    if lines < 2:
        return short
    # The narrowest width of as many lines: no last line of one short word.
    widths = range(-(-len(short) // lines), wrap + 1)
    parted = (textwrap.wrap(short, width) for width in widths)
    return "\n".join(next((part for part in parted if len(part) == lines), [short]))


def one_line(text: str) -> str:
    """A label back on one line."""
    return " ".join(text.split())
