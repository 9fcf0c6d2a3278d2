"""The built-in describer: two to five sentences for each kind of chart, in Spanish and English.

Every number comes from the chart data or is derived from it in a way `numbers.check_numbers` knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bureau.desks.insights.countries import country_name
from bureau.desks.insights.describe.sentences import Speaker
from bureau.desks.insights.names import one_line
from bureau.desks.insights.params import Language

ChartData = dict[str, Any]
_RECENT_YEARS = 5
_FOLLOWERS = 2
_INVENTOR_AXES = ("Inventores", "Inventors")


def describe_countries(chart_data: ChartData, language: Language) -> str:
    """Leader, followers, and where Ecuador stands."""
    speaker, totals = Speaker(language), chart_data["totals"]
    bars = zip(chart_data["y_axis"]["categories"], chart_data["series"][0]["data"], strict=True)
    ranked = [(_place(code, language), count) for code, count in bars if code != "Others"][::-1]
    sentences = _leaders(speaker, ranked, totals["total_publications"])
    if totals["ecuador_rank"] is None:
        sentences.append(speaker.say("no_ecuador"))
    else:
        count = speaker.publications(totals["ecuador_publications"])
        sentences.append(speaker.say("ecuador", rank=totals["ecuador_rank"], count=count))
    return " ".join(sentences)


def _place(code: str, language: Language) -> str:
    name = country_name(code, language)
    return name if name == code else f"{name} [{code}]"


def describe_names(chart_data: ChartData, language: Language) -> str:
    """Leader, followers, and what part of all publications the shown names hold."""
    speaker, total = Speaker(language), chart_data["total_publications"]
    ranked = [(_full(entry), entry["value"]) for entry in chart_data["series"][::-1]]
    kind = "inventors_hold" if chart_data["y_axis"] in _INVENTOR_AXES else "applicants_hold"
    return " ".join([*_leaders(speaker, ranked, total), _hold(speaker, kind, ranked, total)])


def _full(entry: ChartData) -> str:
    """The uncut name; charts of older releases have the label alone."""
    return str(entry.get("full_name") or one_line(entry["name"]))


def describe_treemap(chart_data: ChartData, language: Language) -> str:
    """Leader, followers, and what part of the map the first three cover."""
    speaker, total = Speaker(language), chart_data["total_publications"]
    ranked = [(entry["name"], entry["value"]) for entry in chart_data["series"]]
    sentences = _leaders(speaker, ranked, total)
    first = ranked[: _FOLLOWERS + 1]
    if len(first) < len(ranked):
        sentences.append(_hold(speaker, "groups_hold", first, total))
    return " ".join(sentences)


def _leaders(speaker: Speaker, ranked: Sequence[tuple[str, int]], total: int) -> list[str]:
    """Sentences on the first of a ranking and on those that follow."""
    (leader, count), *rest = ranked
    tied = bool(rest) and rest[0][1] == count
    words = {"leader": leader, "count": speaker.publications(count)}
    words |= {"share": speaker.share(count, total), "total": speaker.count(total)}
    sentences = [speaker.say("shares_lead" if tied else "leads", **words)]
    followers = [f"{name} ({speaker.count(value)})" for name, value in rest[:_FOLLOWERS]]
    if followers:
        kind = "follow" if len(followers) > 1 else "follow_one"
        sentences.append(speaker.say(kind, names=speaker.listed(followers)))
    return sentences


def _hold(speaker: Speaker, kind: str, ranked: Sequence[tuple[str, int]], total: int) -> str:
    held = sum(count for _, count in ranked)
    share = speaker.share(held, total)
    return speaker.say(kind, n=len(ranked), sum=speaker.publications(held), share=share)


def describe_evolution(chart_data: ChartData, language: Language) -> str:
    """Total and mean, peak and last year, and the weight of the recent years."""
    speaker = Speaker(language)
    series = [(entry["year"], entry["publications"]) for entry in chart_data["series"]]
    total = sum(count for _, count in series)
    period = {"start": series[0][0], "end": series[-1][0]}
    mean = speaker.decimal(total / len(series))
    sentences = [speaker.say("period", total=speaker.publications(total), mean=mean, **period)]
    sentences.append(_peak(speaker, series))
    recent = sum(count for _, count in series[-_RECENT_YEARS:])
    if len(series) > _RECENT_YEARS and total:
        words = {"sum": speaker.count(recent), "share": speaker.share(recent, total)}
        sentences.append(speaker.say("recent", years=_RECENT_YEARS, **words))
    return " ".join(sentences)


def _peak(speaker: Speaker, series: Sequence[tuple[int, int]]) -> str:
    year, count = max(series, key=lambda point: point[1])
    end, last = series[-1]
    words = {"count": speaker.count(count), "last": speaker.count(last)}
    return speaker.say("peak", year=year, end=end, **words)


def describe_cumulative(chart_data: ChartData, language: Language) -> str:
    """Where the running total ends, when half of it was reached, and the best year."""
    speaker, series = Speaker(language), chart_data["series"]
    total, first, last = chart_data["total_cumulative"], series[0], series[-1]
    half = next(entry for entry in series if 2 * entry["cumulative_publications"] >= total)
    reached = speaker.say(
        "reached",
        total=speaker.publications(total),
        end=last["year"],
        first=speaker.count(first["cumulative_publications"]),
        start=first["year"],
    )
    count = speaker.count(half["cumulative_publications"])
    annual = [(entry["year"], entry["annual_publications"]) for entry in series]
    return " ".join(
        [reached, speaker.say("half", year=half["year"], count=count), _peak(speaker, annual)]
    )


def describe_forecast(chart_data: ChartData, language: Language) -> str:
    """The history's end and peak, each model's first and last value, and the growth rate."""
    speaker = Speaker(language)
    sentences = [_observed(speaker, chart_data["historical_series"])]
    for model in ("ets", "arima"):
        entries = chart_data[f"forecast_{model}"]
        if entries:
            sentences.append(_expectation(speaker, model.upper(), entries[0], entries[-1]))
    if chart_data["cagr_rate"] is not None:
        rate = speaker.percent(chart_data["cagr_rate"])
        sentences.append(speaker.say("cagr", rate=rate, **chart_data["cagr_period"]))
    return " ".join([*sentences, speaker.say("caution")])


def _observed(speaker: Speaker, history: Sequence[dict[str, int]]) -> str:
    best = max(history, key=lambda entry: entry["publications"])
    return speaker.say(
        "observed",
        start=history[0]["year"],
        end=history[-1]["year"],
        last=speaker.publications(history[-1]["publications"]),
        count=speaker.count(best["publications"]),
        year=best["year"],
    )


def _expectation(speaker: Speaker, model: str, first: dict[str, Any], last: dict[str, Any]) -> str:
    return speaker.say(
        "forecast",
        model=model,
        first=speaker.decimal(first["forecast"]),
        start=first["year"],
        last=speaker.decimal(last["forecast"]),
        end=last["year"],
    )
