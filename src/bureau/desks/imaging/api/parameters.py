"""What the query of a search may hold, for the API's document; `search.asked` reads it."""

from __future__ import annotations

from typing import Any

from bureau.desks.imaging.search.query import EXACT, MAX_PAGE_SIZE, MAX_TERM, PAGE_SIZE, SORTS

Parameter = dict[str, Any]


def _parameter(name: str, description: str, **schema: Any) -> Parameter:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": {"type": "string", **schema},
    }


def _flag(name: str, description: str) -> Parameter:
    return _parameter(name, description, type="boolean", default=False)


def paging() -> list[Parameter]:
    """Page by number."""
    most = {"minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}
    return [
        _parameter("page", "Number of the page.", type="integer", minimum=1, default=1),
        _parameter("page_size", "Rows of a page.", type="integer", **most),
    ]


_TEXTS = {"type": "array", "items": {"type": "string"}}
_FILTERS = [
    _parameter("q", "Anywhere in name, description or item; any case.", maxLength=MAX_TERM),
    _parameter("fields", "`all`: numbers, room, equipment, physician too.", enum=["all"]),
    _flag("typo", "Also names and items that resemble the term."),
    *(_parameter(name, "One of these values; `name[]` works too.", **_TEXTS) for name in EXACT),
    _parameter("patient_age_min", "Least age.", type="integer"),
    _parameter("patient_age_max", "Greatest age.", type="integer"),
    _parameter("start_date", "Ordered at or after: YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS."),
    _parameter("end_date", "Ordered at or before; a day is meant to its end."),
    _parameter("exam_ids", "These studies only.", **_TEXTS),
    _parameter("sort", "Order; another word means the default.", enum=list(SORTS)),
]

SEARCH_PARAMETERS = [
    *_FILTERS,
    *paging(),
    _parameter("limit", "Older name of page_size.", type="integer"),
    _parameter("offset", "Rows to skip, with limit.", type="integer"),
    _parameter("after", "Number of the study behind which the page begins; empty at first."),
    _flag("facets", "Add each facet's values with counts under the other filters."),
    _flag("why", "Add to each study which columns matched."),
]
EXPORT_PARAMETERS = [
    *_FILTERS,
    _parameter("format", "`xlsx`, else CSV.", enum=["csv", "xlsx"], default="csv"),
    _flag("pseudonymised", "Signs in place of names and numbers."),
]
