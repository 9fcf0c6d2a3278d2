"""Who read what: one event a search, a read and an export, before the answer leaves the house.

Nothing of a patient is in an event. A term may be a name and a number is a person's, so both are
kept as keyed digests: an auditor who has the term or the number finds its readers, nobody else
learns it from the log. Filters and dates stand as they were asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from bureau.desks.imaging.access import actor_of
from bureau.desks.imaging.columns import FACETS
from bureau.desks.imaging.search.folding import fold_case
from bureau.desks.imaging.search.query import Filter
from bureau.kernel.accounts.models import User
from bureau.kernel.events.log import emit
from bureau.kernel.events.models import Event
from bureau.kernel.vault.keyring import digest

STREAM = "imaging:reader:"
_TERM = "imaging.term"
_NUMBER = "imaging.number"
_OPEN = (*FACETS, "exam_room", "exam_equipment")


def studies_searched(user: User, asked: Filter, total: int, shown: int) -> None:
    """Log a search: its filters, how many studies it meant and how many were shown."""
    payload = {"filter": told(asked), "total": total, "shown": shown}
    emit(_stream(user), "studies.searched", payload=payload, actor=actor_of(user))


def study_read(user: User, exam_id: str) -> None:
    """Log that one study was opened."""
    payload = {"study": number_digest(exam_id)}
    emit(_stream(user), "study.read", payload=payload, actor=actor_of(user))


def studies_exported(user: User, asked: Filter, rows: int, facts: Mapping[str, Any]) -> None:
    """Log an export: its filters, how many rows left, in which form."""
    payload = {"filter": told(asked), "shown": rows, **facts}
    emit(_stream(user), "studies.exported", payload=payload, actor=actor_of(user))


def reports_searched(user: User, term: str, status: str, total: int, shown: int) -> None:
    """Log a search among reports."""
    chosen = {"q": term_digest(term)} if term else {}
    payload = {"filter": {**chosen, "status": status}, "total": total, "shown": shown}
    emit(_stream(user), "reports.searched", payload=payload, actor=actor_of(user))


def report_read(user: User, report_id: str, exam_id: str) -> None:
    """Log that one report, or its history, was opened."""
    payload = {"report": number_digest(report_id), "study": number_digest(exam_id)}
    emit(_stream(user), "report.read", payload=payload, actor=actor_of(user))


def readings(*, term: str = "", number: str = "", user_id: int | None = None) -> QuerySet[Event]:
    """Events of reading, newest first: all, those of a term or number, those of one person."""
    found = Event.objects.filter(stream__startswith=STREAM).order_by("-id")
    if user_id is not None:
        found = found.filter(stream=f"{STREAM}{user_id}")
    if term:
        found = found.filter(payload__filter__q=term_digest(term))
    if number:
        found = found.filter(payload__study=number_digest(number))
    return found


def told(asked: Filter) -> dict[str, Any]:
    """A filter as the log may know it."""
    words: dict[str, Any] = {
        name: list(values) for name, values in asked.exact.items() if name in _OPEN
    }
    hidden = sorted(name for name in asked.exact if name not in _OPEN)
    if asked.q:
        words["q"] = term_digest(asked.q)
    if asked.exam_ids:
        words["exam_ids"] = [number_digest(one) for one in asked.exam_ids]
    for name in ("age_min", "age_max", "since", "until"):
        if (value := getattr(asked, name)) is not None:
            words[name] = value if isinstance(value, int) else value.isoformat()
    return {**words, **({"also_by": hidden} if hidden else {})}


def term_digest(term: str) -> str:
    """What the log knows a term by, whatever its case and width."""
    return digest(fold_case(term.strip()), _TERM)


def number_digest(number: str) -> str:
    """What the log knows a study or report by."""
    return digest(number, _NUMBER)


def _stream(user: User) -> str:
    # one stream a person: searches of different people do not wait for each other
    return f"{STREAM}{user.pk}"
