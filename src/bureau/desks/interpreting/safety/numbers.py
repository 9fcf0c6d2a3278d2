"""Numbers of a text, each with what it counts or measures. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from bureau.desks.interpreting.safety import words

# languages that write 2,5 for two and a half and 1.000 for a thousand
DECIMAL_COMMA = frozenset({"af", "de", "nl", "fr", "es", "pt", "it", "pl", "ru"})
# languages in which the counted thing comes before its number: amaphilisi angu-2
NOUN_FIRST = frozenset({"zu", "xh", "ss", "nr", "st", "tn", "nso", "ts", "ve", "sw"})
# how far a counted thing stands from its number, in words
REACH = 3

_GROUPED = re.compile(r"(?<=\d)[\u00a0\u202f'](?=\d{3}\b)")
_TOKEN = re.compile(
    r"\d+(?:[.,]\d+)*|%|°\s?[cC]?|mmol/l|[^\W\d_]+(?:['’][^\W\d_]+)?[\u0900-\u097f]*|[^\s]"
)
_ENDS = ".!?;।"
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th|ste|de|er|ère|º|ª)\b")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and what it is a number of.

    Attributes:
        value: in the smallest unit of its dimension where it measures something (mg, ml).
        kind: `mass`, `tablet`, `times` …; empty where nothing near it says.
        shown: as the text has it, for people.
        number: as it is written, whatever its unit.
        required: false for words that may be a number and may be none.
    """

    value: float
    kind: str
    shown: str
    number: float
    required: bool = True


def plain_digits(text: str) -> str:
    """Digits of all scripts as 0 to 9, composed characters, groups of thousands closed up."""
    text = unicodedata.normalize("NFC", text)
    digits = "".join(
        str(unicodedata.digit(char)) if char.isdigit() and not char.isascii() else char
        for char in text.replace("½", ".5").replace("¼", ".25").replace("¾", ".75")
    )
    return _GROUPED.sub("", digits)


def value_of(digits: str, language: str) -> float:
    """A number as its language writes it: 1,000 is a thousand in English and one in German."""
    comma, point = (".", "") if language in DECIMAL_COMMA else ("", ".")
    groups = re.split(r"[.,]", digits)
    signs = re.findall(r"[.,]", digits)
    if not signs:
        return float(digits)
    last = signs[-1]
    is_thousands = len(groups[-1]) == 3 and groups[0] not in {"", "0"} and len(groups[0]) <= 3
    decimal = (comma if last == "," else point) != "" or not is_thousands
    if len(signs) > 1 and len(set(signs)) == 1:
        decimal = False
    return float("".join(groups[:-1]) + "." + groups[-1]) if decimal else float("".join(groups))


def quantities_in(text: str, language: str) -> list[Quantity]:
    """All numbers of a text in order. Dates and times must have been taken out before."""
    tokens = _TOKEN.findall(_ORDINAL.sub(r" \1 ", plain_digits(text)))
    found = []
    for at, token in enumerate(tokens):
        number = _number(token, language)
        if number is not None:
            value, kind, required = number
            if kind:
                found.append(Quantity(value, kind, token, value, required))
            else:
                found.append(_with_kind(value, tokens, at, language, required))
    return found


def _number(token: str, language: str) -> tuple[float, str, bool] | None:
    if token[0].isdigit():
        return value_of(token, language), "", True
    word = token.casefold()
    times = words.TIMES_WORDS.get(language, {}).get(word)
    if times is not None:
        return float(times), "times", True
    spelt = words.NUMBER_WORDS.get(language, {}).get(word)
    if spelt is None:
        return None
    return float(spelt), "", word not in words.AMBIGUOUS_NUMBERS.get(language, set())


def _with_kind(value: float, tokens: list[str], at: int, language: str, required: bool) -> Quantity:
    after = tokens[at + 1].casefold() if at + 1 < len(tokens) else ""
    measure = words.MEASURES.get(after.replace(" ", ""))
    if measure is None and language in NOUN_FIRST:
        measure = _measure_before(tokens, at)
    if measure is not None:
        dimension, factor = measure
        shown = f"{tokens[at]} {after}".strip()
        return Quantity(value * factor, dimension, shown, value, required)
    kind = _counted_near(tokens, at, language)
    return Quantity(value, kind, tokens[at], value, required)


def _measure_before(tokens: list[str], at: int) -> tuple[str, float] | None:
    near = _until_number(tokens[:at][::-1])
    return next((found for found in map(words.MEASURES.get, near) if found), None)


def _counted_near(tokens: list[str], at: int, language: str) -> str:
    # what follows a number in these languages says how often: ezingu-3 ngosuku, three a day
    nearby = tokens[:at][::-1] if language in NOUN_FIRST else tokens[at + 1 :]
    return _first_counted(_until_number(nearby))


def _until_number(tokens: list[str]) -> list[str]:
    """The next few words on one side, up to the next number or the end of the sentence."""
    near: list[str] = []
    for token in tokens:
        if token[0].isdigit() or token in set(_ENDS) or len(near) == REACH:
            break
        if token[0].isalpha():
            near.append(token)
    return near


def _first_counted(tokens: list[str]) -> str:
    return next((kind for kind in map(counted_kind, tokens) if kind), "")


def counted_kind(token: str) -> str:
    """What a word counts: `tablet`, `day` …; empty for every other word."""
    exact, beginnings = _counted()
    word = token.casefold()
    found = exact.get(word)
    if found is None:
        found = next((kind for start, kind in beginnings if word.startswith(start)), "")
    return found


@cache
def _counted() -> tuple[dict[str, str], list[tuple[str, str]]]:
    spellings = [(spelling, kind) for kind, group in words.COUNTED.items() for spelling in group]
    exact = {spelling: kind for spelling, kind in spellings if not spelling.endswith("*")}
    return exact, [(spelling[:-1], kind) for spelling, kind in spellings if spelling.endswith("*")]
