"""Dates, weekdays and times of day in a text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bureau.desks.interpreting.safety import words

_NUMERIC = re.compile(r"\b(\d{1,4})[/.-](\d{1,2})[/.-](\d{2,4})\b")
_CLOCK = re.compile(r"\b(\d{1,2})(?::|h)(\d{2})(?:\s*([ap])\.?m\b\.?)?", re.IGNORECASE)
_HOUR = re.compile(r"\b(\d{1,2})\s*([ap])\.?m\b\.?", re.IGNORECASE)

# a date that is written in numbers may mean two days
Readings = frozenset[tuple[int, int, int]]


@dataclass(slots=True)
class Calendar:
    """What a text says about time, and the text without it.

    Attributes:
        dates: for each date its readings as (year, month, day); year 0 where none is given.
        clocks: minutes since midnight.
        weekdays: 0 is Monday.
    """

    rest: str
    dates: list[Readings] = field(default_factory=list)
    clocks: list[int] = field(default_factory=list)
    weekdays: list[int] = field(default_factory=list)


def calendar_of(text: str, language: str, other: str) -> Calendar:
    """Take dates, weekdays and times out of a text with plain digits.

    Names of months and weekdays are read only where they are known in the `other` language too:
    one side's names alone could not be compared.
    """
    found = Calendar(text)
    found.rest = _NUMERIC.sub(lambda match: _numeric(found, match), found.rest)
    pattern = _named_pattern(language)
    if pattern and other in words.MONTHS:
        found.rest = pattern.sub(lambda match: _named(found, match, language), found.rest)
    found.rest = _CLOCK.sub(lambda match: _clock(found, match), found.rest)
    found.rest = _HOUR.sub(lambda match: _hour(found, match), found.rest)
    comparable = len(words.WEEKDAYS.get(other, ()))
    found.weekdays = [day for day in _weekdays(found.rest, language) if day < comparable]
    return found


def _numeric(found: Calendar, match: re.Match[str]) -> str:
    first, second, third = (int(part) for part in match.groups())
    if len(match[1]) == 4:
        readings = {(first, second, third)}
    else:
        year = third if len(match[3]) == 4 else 2000 + third
        readings = {(year, second, first), (year, first, second)}
    possible = frozenset(one for one in readings if 1 <= one[1] <= 12 and 1 <= one[2] <= 31)
    if not possible:
        return match[0]
    found.dates.append(possible)
    return " "


def _named_pattern(language: str) -> re.Pattern[str] | None:
    months = words.MONTHS.get(language)
    if months is None:
        return None
    names = "|".join(map(re.escape, months))
    day_first = rf"(?P<d1>\d{{1,2}})\.?\s+(?:de\s+)?(?:ku|ka|ngo)?(?P<m1>{names})(?:\s+(?:de\s+)?(?P<y1>\d{{4}}))?"
    month_first = rf"(?P<m2>{names})\s+(?P<d2>\d{{1,2}})(?:,?\s+(?P<y2>\d{{4}}))?"
    return re.compile(rf"\b(?:{day_first}|{month_first})(?!\w)", re.IGNORECASE)


def _named(found: Calendar, match: re.Match[str], language: str) -> str:
    day = match["d1"] or match["d2"]
    name = (match["m1"] or match["m2"]).casefold()
    year = match["y1"] or match["y2"] or "0"
    month = words.MONTHS[language].index(name) + 1
    found.dates.append(frozenset({(int(year), month, int(day))}))
    return " "


def _clock(found: Calendar, match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    if hour > 24 or minute > 59:
        return match[0]
    found.clocks.append(_with_half(hour, match[3]) * 60 + minute)
    return " "


def _hour(found: Calendar, match: re.Match[str]) -> str:
    found.clocks.append(_with_half(int(match[1]), match[2]) * 60)
    return " "


def _with_half(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    return hour % 12 + (12 if half.casefold() == "p" else 0)


def _weekdays(text: str, language: str) -> Iterator[int]:
    names = words.WEEKDAYS.get(language, ())
    for word in re.findall(r"\w+(?:[\u0900-\u097f]+)*", text.casefold()):
        for number, name in enumerate(names):
            if (
                word == name
                or (len(name) > 4 and word.endswith(name[1:]) and name[0] in "ui")
                or ("\u0900" <= word[0] <= "\u097f" and word.startswith(name))
            ):
                yield number
