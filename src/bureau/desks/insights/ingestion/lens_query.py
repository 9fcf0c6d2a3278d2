"""Lens queries: the three documented source parameters as one request of the Lens patent API.

Nothing here talks to the network, so that a request can be validated while its caller waits.
Field names and limits: github.com/cambialens/lens-api-doc, request-patent.md.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bureau.desks.insights.errors import ValidationProblem

ALLOWED = ("query", "date_published", "jurisdiction")
INCLUDE = (
    *("lens_id", "jurisdiction", "date_published"),
    *("biblio.parties", "biblio.priority_claims"),
    *("biblio.classifications_cpc", "biblio.classifications_ipcr"),
    "families.simple_family",
)
# The service gives a cursor one minute whatever is asked for.
SCROLL_LIFE = "1m"
_DAY = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
_RANGE = re.compile(rf"\s*({_DAY})\s*(?:\.\.|:|/|,|\bto\b|–|-)\s*({_DAY})\s*")
_FROM_KEYS = ("from", "start", "gte")
_TO_KEYS = ("to", "end", "lte")


@dataclass(frozen=True, slots=True)
class LensQuery:
    """A validated search.

    `query` is a Lens query string or a query DSL object; dates are inclusive ISO days.
    """

    query: str | Mapping[str, Any] = ""
    published_from: str | None = None
    published_to: str | None = None
    jurisdictions: tuple[str, ...] = ()

    def first_page(self, size: int) -> dict[str, Any]:
        """Body of the first request: the search, the page size and a cursor."""
        return {
            "query": {"bool": {"must": [self._search()], "filter": self._filters()}},
            "include": list(INCLUDE),
            "size": size,
            "scroll": SCROLL_LIFE,
        }

    def _search(self) -> Mapping[str, Any]:
        if isinstance(self.query, str):
            return {"query_string": {"query": self.query}} if self.query else {"match_all": {}}
        return self.query

    def _filters(self) -> list[dict[str, Any]]:
        bounds = {"gte": self.published_from, "lte": self.published_to}
        span = {name: day for name, day in bounds.items() if day}
        filters: list[dict[str, Any]] = [{"range": {"date_published": span}}] if span else []
        if self.jurisdictions:
            filters.append({"terms": {"jurisdiction": list(self.jurisdictions)}})
        return filters


def next_page(scroll_id: str) -> dict[str, Any]:
    """Body of the request for the page after the one that gave `scroll_id`."""
    return {"scroll_id": scroll_id, "scroll": SCROLL_LIFE, "include": list(INCLUDE)}


def parse_lens_params(params: Mapping[str, Any]) -> LensQuery:
    """Validate the `source_params` of a Lens job.

    `query` is text or an object, `date_published` a year, a day, "from..to", a pair or an object
    with from/to, `jurisdiction` one code, several with commas, or a list.

    Raises:
        ValidationProblem: a parameter is unknown or cannot be understood, or there is no limit.
    """
    unknown = [name for name in params if name not in ALLOWED]
    if unknown:
        raise _problem(f"Unknown parameter '{unknown[0]}'. Allowed: {', '.join(ALLOWED)}.")
    query = _query(params.get("query"))
    start, end = _span(params.get("date_published"))
    codes = _jurisdictions(params.get("jurisdiction"))
    if not (query or start or end or codes):
        raise _problem("Give at least one of query, date_published and jurisdiction.")
    if start and end and start > end:
        raise _problem(f"date_published starts on {start}, after its end {end}.")
    return LensQuery(query, start, end, codes)


def _problem(message: str) -> ValidationProblem:
    return ValidationProblem(message, fields={"source_params": [message]})


def _query(value: Any) -> str | Mapping[str, Any]:
    if value is None or isinstance(value, Mapping):
        return value or ""
    if isinstance(value, str):
        return value.strip()
    raise _problem("query must be a Lens query string or a query object.")


def _span(value: Any) -> tuple[str | None, str | None]:
    if value in (None, ""):
        return None, None
    if isinstance(value, Mapping):
        return (
            _day(_first(value, _FROM_KEYS), first=True),
            _day(_first(value, _TO_KEYS), first=False),
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        if len(value) != 2:
            raise _problem("date_published as a list must be [from, to].")
        return _day(value[0], first=True), _day(value[1], first=False)
    match = _RANGE.fullmatch(str(value))
    start, end = match.groups() if match else (str(value), str(value))
    return _day(start, first=True), _day(end, first=False)


def _first(value: Mapping[str, Any], keys: Sequence[str]) -> Any:
    return next((value[key] for key in keys if key in value), None)


def _day(value: Any, *, first: bool) -> str | None:
    """ISO day of a year, a month or a day; the first or the last day of the span it names."""
    if value in (None, ""):
        return None
    parts = str(value).strip().split("-")
    if first or len(parts) == 3:
        full = [*parts, "01", "01"][:3]
    else:
        full = [*parts, "12", "31"][:3] if len(parts) == 1 else [*parts, _last_day(parts)]
    try:
        return date.fromisoformat("-".join(full)).isoformat()
    except ValueError as error:
        raise _problem(
            f"date_published '{value}' is not a date. Use YYYY, YYYY-MM-DD or FROM..TO."
        ) from error


def _last_day(year_and_month: Sequence[str]) -> str:
    try:
        return str(monthrange(int(year_and_month[0]), int(year_and_month[1]))[1])
    except ValueError:
        return "31"


def _jurisdictions(value: Any) -> tuple[str, ...]:
    codes = value.split(",") if isinstance(value, str) else (value or ())
    cleaned = tuple(str(code).strip().upper() for code in codes if str(code).strip())
    wrong = [code for code in cleaned if not re.fullmatch(r"[A-Z]{2}", code)]
    if wrong:
        raise _problem(f"jurisdiction '{wrong[0]}' is not a two-letter code such as EC or US.")
    return cleaned
