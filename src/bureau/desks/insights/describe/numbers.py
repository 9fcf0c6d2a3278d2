"""The check that a text about a chart keeps to the chart's numbers.

Each number is read in context (a percentage, a ratio, a year, a rank, an amount), in Spanish and in
English style, and looked up among the facts of that kind. Numbers spelled out in words are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bureau.desks.insights.describe.facts import Facts, facts_of

# The usual time from filing to publication, which texts about patents may mention.
_PUBLICATION_LAG_MONTHS = 18
_ROUGHLY = 0.05

_TOKEN = re.compile(
    r"(?P<symbol>\b[A-HY]\d{2}[A-Z]\d{1,4}(?:/\d{2,6})?\b)"
    r"|(?P<ordinal>\b\d+(?:st|nd|rd|th|er|r[oa]|d[oa]|t[oa]|m[oa]|v[oa]|n[oa]|\.?[ºª])(?!\w))"
    r"|(?P<number>(?<!\w)\d+(?:[.,\u00a0\u202f]\d{3})*(?:[.,]\d+)?(?P<unit>[x×kKM]?)(?!\w))"
    r"|(?P<word>\w+)"
)
_PERCENT_AFTER = re.compile(
    r"\s*(?:%|por ciento|percent|per cent|puntos porcentuales|percentage points)", re.IGNORECASE
)
_RATIO_AFTER = re.compile(r"\s*(?:veces|times|-?fold)\b", re.IGNORECASE)
_SCALE_AFTER = re.compile(r"\s*(mil|thousand|millones|millón|million)\b", re.IGNORECASE)
_MONTHS_AFTER = re.compile(r"[\s-]*(?:meses|months?)\b", re.IGNORECASE)
_RANK_BEFORE = re.compile(
    r"(?:puesto|posición|lugar|rank|position|place|número|#)\s*$", re.IGNORECASE
)
_COUNT_BEFORE = re.compile(
    r"\b(?:top|primer[oa]s|últimos|próximos|siguientes|first|last|past|next|leading|largest)\s+$",
    re.IGNORECASE,
)
_COUNT_AFTER = re.compile(
    r"[\s-]*(?:primer[oa]s|principales|mayores|años|years?|leading|largest|first|main)\b",
    re.IGNORECASE,
)
_ABOUT_BEFORE = re.compile(
    r"(?:\b(?:casi|cerca de|alrededor de|un[oa]s|aproximadamente|más de|menos de|about|around|"
    r"nearly|almost|roughly|approximately|over|more than|less than|under)|~|≈)\s+(?:el |la |los )?$",
    re.IGNORECASE,
)
_SCALES = {"mil": 1e3, "thousand": 1e3, "k": 1e3}
_SCALES |= {"m": 1e6, "million": 1e6, "millón": 1e6, "millones": 1e6}
_DIMENSION = re.compile(r"\d[DG]")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a number: its value, and half of its last decimal place."""

    value: float
    tolerance: float


def check_numbers(text: str, chart_data: Mapping[str, Any]) -> list[str]:
    """The numbers of a text that the chart does not support, as written, in order.

    Supported are the chart's figures and what follows from them: sums of leading entries or of
    first and last years, totals, means, shares, differences, growth, ratios, ranks, counts, and
    rounded forms of all of these. Classification symbols must occur in the chart.
    """
    facts = facts_of(chart_data)
    return [match[0] for match in _TOKEN.finditer(text) if not _holds(match, text, facts)]


def _holds(match: re.Match[str], text: str, facts: Facts) -> bool:
    kind = match.lastgroup if match.lastgroup != "unit" else "number"
    if kind == "symbol":
        return match[0].casefold() in facts.words
    if kind == "ordinal":
        return _digits(match[0]) <= facts.longest
    if kind == "word":
        return _word_holds(match[0], facts)
    if _part_of_name(match, text) or match[0] in facts.words.split():
        return True
    return _number_holds(match, text[: match.start()], text[match.end() :], facts)


def _digits(token: str) -> int:
    return int("".join(re.findall(r"\d", token)))


def _word_holds(word: str, facts: Facts) -> bool:
    """Names may hold digits (CO2, 3D); a number stuck to a word is still a number."""
    leading = re.match(r"\d+", word)
    if leading is None or _DIMENSION.fullmatch(word) or word.casefold() in facts.words:
        return True
    return _any_near(_readings(leading[0]), facts.amounts | facts.years)


def _part_of_name(match: re.Match[str], text: str) -> bool:
    """The 19 of COVID-19."""
    before = text[max(match.start() - 2, 0) : match.start()]
    return len(before) == 2 and before[1] == "-" and before[0].isalpha()


def _number_holds(match: re.Match[str], before: str, after: str, facts: Facts) -> bool:
    unit = match["unit"].casefold()
    token = match["number"][: len(match["number"]) - len(unit)]
    scale = _SCALE_AFTER.match(after)
    factor = _SCALES.get(scale[1].casefold() if scale else unit, 1.0)
    readings = [_Reading(r.value * factor, r.tolerance * factor) for r in _readings(token)]
    if _PERCENT_AFTER.match(after):
        allowed: set[float] = facts.percents
    elif unit in ("x", "×") or _RATIO_AFTER.match(after):
        allowed = facts.ratios
    elif _counts(token, before, after, facts):
        return True
    else:
        allowed = facts.amounts | facts.years
    if _any_near(readings, allowed):
        return True
    return bool(_ABOUT_BEFORE.search(before)) and _any_round(token, readings, allowed)


def _counts(token: str, before: str, after: str, facts: Facts) -> bool:
    """Ranks, "the first 3", "the last 5 years", and the 18 months from filing to publication."""
    if not token.isdigit():
        return False
    number = int(token)
    if _MONTHS_AFTER.match(after):
        return number == _PUBLICATION_LAG_MONTHS
    if _RANK_BEFORE.search(before) or _COUNT_BEFORE.search(before) or _COUNT_AFTER.match(after):
        return 1 <= number <= facts.longest
    return False


def _readings(token: str) -> list[_Reading]:
    """What the digits can mean where 1.234 is a thousand in Spanish and one point two in English."""
    plain = re.sub(r"[\u00a0\u202f]", "", token)
    marks = re.findall(r"[.,]", plain)
    if not marks:
        return [_Reading(float(plain), 0.5)]
    whole, fraction = re.split(r"[.,](?=\d+$)", plain)
    decimal = _Reading(float(f"{re.sub(r'[.,]', '', whole)}.{fraction}"), 0.5 / 10 ** len(fraction))
    grouped = _Reading(float(re.sub(r"[.,]", "", plain)), 0.5)
    if len(fraction) != 3:
        return [decimal]
    # Two marks of one kind are both for thousands, two kinds end in the decimal mark.
    if len(marks) > 1:
        return [grouped if len(set(marks)) == 1 else decimal]
    return [grouped, decimal]


def _any_near(readings: Iterable[_Reading], allowed: Iterable[float]) -> bool:
    """Whether a figure rounds to a reading; a whole figure must equal a whole number."""
    figures = list(allowed)
    return any(
        abs(figure - reading.value) <= _slack(figure, reading) + 1e-9
        for reading in readings
        for figure in figures
    )


def _slack(figure: float, reading: _Reading) -> float:
    return 0.0 if float(figure).is_integer() and reading.tolerance == 0.5 else reading.tolerance


def _any_round(token: str, readings: Iterable[_Reading], allowed: Iterable[float]) -> bool:
    """After "about" or "more than": a round number within a twentieth of a figure."""
    if len(re.sub(r"\D", "", token).strip("0")) > 2:
        return False
    figures = list(allowed)
    return any(abs(f - r.value) <= _ROUGHLY * f for r in readings for f in figures)
