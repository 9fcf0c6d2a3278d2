"""What the pages show of a desk's things: words and choices, without HTML."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.desks.insights import catalogue
from bureau.desks.insights.spec import AlgorithmSpec
from bureau.kernel.jobs.status import JobStatus

STATUS_WORDS: dict[str, Promise] = {
    JobStatus.PENDING: _("Waiting"),
    JobStatus.RUNNING: _("Running"),
    JobStatus.SUCCESS: _("Done"),
    JobStatus.PARTIAL_SUCCESS: _("Partly done"),
    JobStatus.FAILED: _("Failed"),
    JobStatus.CANCELLED: _("Cancelled"),
}
CHART_WORDS: dict[str, Promise] = {
    "top_patent_countries": _("Top jurisdictions"),
    "top_patent_inventors": _("Top inventors"),
    "top_patent_applicants": _("Top applicants"),
    "patent_evolution": _("Evolution by year"),
    "patent_cumulative": _("Cumulative publications"),
    "patent_trends_cumulative": _("Trend and cumulative"),
    "patent_forecast": _("Forecast"),
    "cpc_treemap": _("CPC classes as a treemap"),
}
# parameters that say how many bars or groups a chart shows
_COUNTS: dict[str, Promise] = {"top_n": _("bars"), "num_groups": _("groups")}


@dataclass(frozen=True, slots=True)
class ChartChoice:
    """One chart on the form; `count_name` is empty where nothing is to be counted."""

    key: str
    title: Promise | str
    count_name: str = ""
    count_noun: Promise | str = ""
    count: int = 0


def chart_choices() -> list[ChartChoice]:
    """The catalogue, in the order of `CHART_WORDS`; charts that are new to it come last."""
    known = list(CHART_WORDS)
    place = {key: number for number, key in enumerate(known)}
    specs = sorted(catalogue.specs(), key=lambda spec: place.get(spec.key, len(known)))
    return [_choice(spec) for spec in specs]


def _choice(spec: AlgorithmSpec) -> ChartChoice:
    title = chart_title(spec)
    fields = spec.params_model.model_fields
    for name, noun in _COUNTS.items():
        if name in fields:
            return ChartChoice(spec.key, title, name, noun, fields[name].default)
    return ChartChoice(spec.key, title)


def chart_title(spec: AlgorithmSpec) -> Promise | str:
    """What a chart is called on pages."""
    return CHART_WORDS.get(spec.key, spec.title["en"])


def chart_titles() -> dict[str, str]:
    """Algorithm key -> title, for the scripts."""
    return {spec.key: str(chart_title(spec)) for spec in catalogue.specs()}


def status_words() -> dict[str, str]:
    """Status -> word, for the scripts."""
    return {str(status): str(word) for status, word in STATUS_WORDS.items()}
