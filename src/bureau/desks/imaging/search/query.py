"""What a request asks for, read strictly: a wrong value is named, never guessed around."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.http import QueryDict

from bureau.desks.imaging.columns import FACETS, IDENTIFIERS, SEARCHED, SEARCHED_TOO
from bureau.kernel.errors import InvalidInput

PAGE_SIZE: Final = 20
MAX_PAGE_SIZE: Final = 100
MAX_TERM: Final = 200
MAX_VALUES: Final = 200
DEFAULT_SORT: Final = "order_datetime_desc"
SORTS: Final = (DEFAULT_SORT, "order_datetime_asc", "patient_name_asc")
# equality with one of the values; a parameter may be repeated, and may be written `name[]`
EXACT: Final = (
    *FACETS,
    "application_order_no",
    "patient_gender",
    "exam_description",
    "exam_room",
    "exam_equipment",
)
# parameter -> the columns it tells about (`kernel.list_parameters`); `fields=all` widens `q`
ASKED_COLUMNS: Final = {
    "q": SEARCHED,
    "typo": SEARCHED,
    "fields=all": (*SEARCHED_TOO, *IDENTIFIERS),
    **{name: (name,) for name in EXACT},
    "patient_age_min": ("patient_age",),
    "patient_age_max": ("patient_age",),
    "exam_ids": ("exam_id",),
    "after": ("exam_id",),
    "sort=patient_name_asc": ("patient_name",),
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?")
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_TRUE = frozenset({"1", "true", "yes"})


@dataclass(frozen=True)
class Filter:
    """Which studies.

    Attributes:
        q: the term as it was typed; empty for none.
        everywhere: look through identifiers, rooms, machines and physicians too.
        typo: also take texts that resemble the term.
        exact: column -> the values it may have.
        since, until: order time, from and up to but not including.
        exam_ids: these studies only.
    """

    q: str = ""
    everywhere: bool = False
    typo: bool = False
    exact: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    age_min: int | None = None
    age_max: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    exam_ids: tuple[str, ...] = ()

    @property
    def only_facets(self) -> bool:
        """Whether nothing but a term and the four facets narrows the search."""
        others = (self.age_min, self.age_max, self.since, self.until)
        return (
            self.exact.keys() <= FACETS.keys()
            and not self.exam_ids
            and all(one is None for one in others)
        )

    @property
    def is_everything(self) -> bool:
        """Whether all studies are asked for."""
        return not self.q and not self.exact and self.only_facets


@dataclass(frozen=True)
class StudyQuery:
    """One page of a filtered, sorted list, and what is wanted beside it."""

    filter: Filter
    sort: str = DEFAULT_SORT
    page: int = 1
    page_size: int = PAGE_SIZE
    offset: int = 0
    # the study behind which the page begins; None where pages are counted, "" for the first
    after: str | None = None
    facets: bool = False
    why: bool = False


def parse_study_query(query: QueryDict) -> StudyQuery:
    """Read a search.

    Raises:
        InvalidInput: with the sentence of the contract.
    """
    sort = query.get("sort", "")
    page, page_size, offset = _paging(query)
    return StudyQuery(
        filter=filter_of(query),
        sort=sort if sort in SORTS else DEFAULT_SORT,
        page=page,
        page_size=page_size,
        offset=offset,
        after=_text(query, "after", 100) if "after" in query else None,
        facets=_flag(query, "facets"),
        why=_flag(query, "why"),
    )


def filter_of(query: QueryDict) -> Filter:
    """Read the filters that search and export share."""
    since, until = _moment(query, "start_date"), _moment(query, "end_date", is_end=True)
    if since and until and until <= since:
        raise invalid("end_date must not be before start_date")
    age_min, age_max = _number(query, "patient_age_min"), _number(query, "patient_age_max")
    if age_min is not None and age_max is not None and age_max < age_min:
        raise invalid("patient_age_max must not be below patient_age_min")
    term = _text(query, "q", MAX_TERM)
    fields = query.get("fields", "")
    if fields not in {"", "all"}:
        raise invalid("fields must be all or left out")
    exact = {name: values for name in EXACT if (values := _values(query, name))}
    return Filter(
        q=term if term.strip() else "",
        everywhere=fields == "all",
        typo=_flag(query, "typo"),
        exact=exact,
        age_min=age_min,
        age_max=age_max,
        since=since,
        until=until,
        exam_ids=_values(query, "exam_ids"),
    )


def invalid(sentence: str) -> InvalidInput:
    """A refusal in the contract's words."""
    return InvalidInput(f"Invalid parameter: {sentence}")


def positive(query: QueryDict, name: str, default: int, most: int | None = None) -> int:
    """A whole number above zero, such as a page's."""
    value = _number(query, name)
    if value is None:
        return default
    if value <= 0:
        raise invalid(f"{name} must be > 0")
    if most is not None and value > most:
        raise invalid(f"{name} must be <= {most}")
    return value


def one_text(query: QueryDict, name: str) -> str:
    """A text without surrounding blanks, such as a status.

    Raises:
        InvalidInput: it is too long or holds control characters.
    """
    return _text(query, name, MAX_TERM).strip()


def _paging(query: QueryDict) -> tuple[int, int, int]:
    if "page" in query or "page_size" in query or not {"limit", "offset"} & query.keys():
        page = positive(query, "page", 1)
        size = positive(query, "page_size", PAGE_SIZE, MAX_PAGE_SIZE)
        return page, size, (page - 1) * size
    # the older names are as lenient as they were
    limit, offset = _number(query, "limit"), max(0, _number(query, "offset") or 0)
    size = limit if limit is not None and 1 <= limit <= MAX_PAGE_SIZE else PAGE_SIZE
    return offset // size + 1, size, offset


def _number(query: QueryDict, name: str) -> int | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        raise invalid(f"{name} must be a whole number")
    return int(text)


def _flag(query: QueryDict, name: str) -> bool:
    return query.get(name, "").lower() in _TRUE


def _text(query: QueryDict, name: str, most: int) -> str:
    return _checked(name, query.get(name, ""), most)


def _checked(name: str, text: str, most: int) -> str:
    if len(text) > most:
        raise invalid(f"{name} must have at most {most} characters")
    if _CONTROL.search(text):
        raise invalid(f"{name} must not contain control characters")
    return text


def _values(query: QueryDict, name: str) -> tuple[str, ...]:
    given = [text for key in (name, f"{name}[]") for text in query.getlist(key) if text]
    if len(given) > MAX_VALUES:
        raise invalid(f"{name} must have at most {MAX_VALUES} values")
    return tuple(dict.fromkeys(_checked(name, text, 2_000) for text in given))


def _moment(query: QueryDict, name: str, *, is_end: bool = False) -> datetime | None:
    """The bound; an end is turned into the first moment that lies behind it."""
    text = query.get(name, "").strip()
    if not text:
        return None
    is_day = _DAY.fullmatch(text) is not None
    try:
        if not (is_day or _MOMENT.fullmatch(text)):
            raise ValueError
        moment = datetime.fromisoformat(text)
        step = timedelta(days=1) if is_day else timedelta(microseconds=1)
        return moment + step if is_end else moment
    except (ValueError, OverflowError):
        raise invalid(f"{name} must be a date (YYYY-MM-DD) or YYYY-MM-DDTHH:MM:SS") from None
