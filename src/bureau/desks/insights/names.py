"""Names of people and organisations as people write them, out of the upper case of registers."""

from __future__ import annotations

import re
import textwrap

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
    """The name on one line of at most `width` characters, cut between words where it can be."""
    line = " ".join(name.split())
    if len(line) <= width:
        return line
    short = textwrap.shorten(line, width, placeholder=ELLIPSIS)
    return short if len(short) > width // 2 else line[: width - 1].rstrip() + ELLIPSIS


def label(name: str) -> str:
    """The name for an axis: cut at `CUT` characters and wrapped at `WRAP`."""
    short = cut(name)
    lines = len(textwrap.wrap(short, WRAP))
    if lines < 2:
        return short
    # The narrowest width of as many lines: no last line of one short word.
    widths = range(-(-len(short) // lines), WRAP + 1)
    wrapped = (textwrap.wrap(short, width) for width in widths)
    return "\n".join(next((part for part in wrapped if len(part) == lines), [short]))


def one_line(text: str) -> str:
    """A label back on one line."""
    return " ".join(text.split())
