"""Searching cases: by what is not sealed, and by phone or e-mail through their blind indexes."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date

from bureau.desks.grievances.cases import complainants
from bureau.desks.grievances.ids import canonical, short_of
from bureau.desks.grievances.models import Grievance
from bureau.desks.grievances.routing.places import ward_number
from bureau.desks.grievances.statuses import status_named
from bureau.kernel.errors import InvalidInput

FILTERS = (
    "status",
    "municipality",
    "district",
    "province",
    "ward",
    "office",
    "category",
    "date_from",
    "date_to",
    "sensitive",
    "high_priority",
    "phone",
    "email",
    "name",
    "id",
)
# what names a person is nobody's to search by but the person's; officers have `finding.find_person`
FIELDS_ASKED = {"phone": ("phone",), "email": ("email",), "name": ("full_name",)}
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


def matching(cases: QuerySet[Grievance], **filters: Any) -> QuerySet[Grievance]:
    """The cases that match every filter; empty filters do not count.

    Raises:
        InvalidInput: a filter's value that cannot be one, or a filter that does not exist.
    """
    for name, value in filters.items():
        if value in (None, ""):
            continue
        if name not in FILTERS:
            raise InvalidInput(fields={name[:40]: ["There is no such filter."]})
        cases = cases.filter(_condition(name, str(value).strip()))
    return cases


def _condition(name: str, value: str) -> Q:
    if name in ("municipality", "district", "province"):
        return Q(**{f"{name}__iexact": value})
    if name in ("sensitive", "high_priority"):
        return Q(**{name: _flag(name, value)})
    if name in ("date_from", "date_to"):
        return _date(name, value)
    if name in ("phone", "email", "name"):
        found = {
            "phone": complainants.by_phone,
            "email": complainants.by_email,
            "name": complainants.by_name,
        }
        return Q(complainant__in=found[name](value))
    return _exact(name, value)


def _exact(name: str, value: str) -> Q:
    if name == "status":
        return Q(status=_status(value))
    if name == "ward":
        return Q(ward=ward_number(value))
    if name == "office":
        return Q(office__code__iexact=value)
    if name == "category":
        return Q(categories__contains=[value])
    wanted = canonical(value) or ""
    return Q(grievance_id=wanted) | Q(short_id=short_of(wanted))


def _status(value: str) -> str:
    found = status_named(value)
    if found is None:
        raise InvalidInput(fields={"status": ["There is no such status."]})
    return str(found)


def _flag(name: str, value: str) -> bool:
    if value.lower() not in _FLAGS:
        raise InvalidInput(fields={name: ["true or false is expected."]})
    return _FLAGS[value.lower()]


def _date(name: str, value: str) -> Q:
    try:
        day = parse_date(value[:10])
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput(fields={name: ["A date such as 2026-01-31 is expected."]})
    moment = timezone.make_aware(
        datetime.combine(day, time.min if name == "date_from" else time.max)
    )
    return Q(submitted_at__gte=moment) if name == "date_from" else Q(submitted_at__lte=moment)
