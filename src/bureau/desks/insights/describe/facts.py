"""Facts: every figure that chart data states, and those that follow from it by simple arithmetic.

They are kept apart by what they are (amounts, percentages, ratios, years), because a text that
calls 12 documents "12 %" is wrong though both are numbers of the chart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any

_YEAR_KEYS = frozenset({"year", "start", "end", "forecast_years"})
_PERCENT_KEYS = frozenset({"percentage", "cagr_rate"})
_TOTAL_KEYS = frozenset({"total_publications", "total_cumulative"})
_RUNNING_TOTAL = "cumulative_publications"


@dataclass
class Facts:
    """What a text about a chart may say.

    Attributes:
        amounts, percents, ratios: stated and derived figures, all non-negative.
        years: every year of the chart.
        longest: entries of its longest series, the most that can be ranked or counted.
        words: all its texts, in lower case.
    """

    amounts: set[float] = field(default_factory=set)
    percents: set[float] = field(default_factory=set)
    ratios: set[float] = field(default_factory=set)
    years: set[int] = field(default_factory=set)
    longest: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Column:
    """One series of figures, by year or by rank."""

    values: Sequence[float]
    timed: bool
    running: bool = False


def facts_of(chart_data: Mapping[str, Any]) -> Facts:
    """The facts of one chart."""
    facts = Facts()
    texts: list[str] = []
    for key, leaf in _leaves(chart_data):
        _state(facts, texts, key, leaf)
    facts.words = "\n".join(texts).casefold()
    totals = {float(leaf) for key, leaf in _leaves(chart_data) if key in _TOTAL_KEYS}
    for column in _columns(chart_data):
        _derive(facts, column, totals)
    facts.amounts |= {float(len(facts.years)), float(facts.longest)}
    return facts


def _leaves(node: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of the data with the nearest key above it."""
    if isinstance(node, Mapping):
        for name, child in node.items():
            yield from _leaves(child, name)
    elif isinstance(node, list):
        for child in node:
            yield from _leaves(child, key)
    else:
        yield key, node


def _state(facts: Facts, texts: list[str], key: str, leaf: Any) -> None:
    if isinstance(leaf, str):
        texts.append(" ".join(leaf.split()))
    elif isinstance(leaf, bool) or not isinstance(leaf, (int, float)):
        return
    elif key in _YEAR_KEYS:
        facts.years.add(int(leaf))
    elif key in _PERCENT_KEYS:
        facts.percents.add(abs(float(leaf)))
    else:
        facts.amounts.add(abs(float(leaf)))


def _columns(chart_data: Mapping[str, Any]) -> Iterator[_Column]:
    for entries in chart_data.values():
        if isinstance(entries, list) and entries and isinstance(entries[0], Mapping):
            yield from _columns_of(entries)
    history = [entry["publications"] for entry in chart_data.get("historical_series", ())]
    for model in ("forecast_ets", "forecast_arima"):
        forecast = [entry["forecast"] for entry in chart_data.get(model, ())]
        # Growth from the last observed year into the forecast.
        if history and forecast:
            yield _Column([history[-1], *forecast], timed=True)


def _columns_of(entries: Sequence[Mapping[str, Any]]) -> Iterator[_Column]:
    if isinstance(entries[0].get("data"), list):
        for entry in entries:
            yield _Column(entry["data"], timed=False)
        return
    for key, value in entries[0].items():
        if isinstance(value, (int, float)) and key not in _YEAR_KEYS | _PERCENT_KEYS:
            values = [entry[key] for entry in entries]
            yield _Column(values, timed="year" in entries[0], running=key == _RUNNING_TOTAL)


def _derive(facts: Facts, column: _Column, totals: set[float]) -> None:
    values = [float(value) for value in column.values]
    facts.longest = max(facts.longest, len(values))
    sums = set() if column.running else _sums(values, timed=column.timed)
    facts.amounts |= sums
    if not column.running:
        facts.amounts |= {sum(values) / len(values), float(sum(value > 0 for value in values))}
    for whole in totals or {sum(values)}:
        facts.percents |= _shares(sums | set(values), whole)
        # What all but the largest hold.
        facts.percents |= {100 - share for share in _shares([max(values)], whole)}
    for first, second in _comparisons(values, timed=column.timed):
        facts.amounts.add(abs(second - first))
        if first > 0:
            facts.percents.add(abs(100 * (second - first) / first))
            facts.ratios.add(second / first)
        if second > 0:
            facts.ratios.add(first / second)


def _shares(parts: Iterable[float], whole: float) -> set[float]:
    return {100 * part / whole for part in parts if whole > 0 and part <= whole}


def _sums(values: Sequence[float], *, timed: bool) -> set[float]:
    """Sums of the first and the last so many years, or of the leading ones of a ranking."""
    if timed:
        return {*accumulate(values), *accumulate(reversed(values))}
    return set(accumulate(sorted(values, reverse=True)))


def _comparisons(values: Sequence[float], *, timed: bool) -> Iterator[tuple[float, float]]:
    """The pairs people compare: neighbours in time, the ends and the peak; leader and follower."""
    if not values:
        return
    if timed:
        yield from pairwise(values)
        yield values[0], values[-1]
        yield max(values), values[-1]
        yield values[0], max(values)
    else:
        leader, *others = sorted(values, reverse=True)
        yield from ((leader, other) for other in others)
