"""The imaging desk: patients' records. A role opens them; analyses belong to whoever asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bureau.desks.imaging.models import Study
from tests.access.body import Body
from tests.access.callers import PASSWORD, PEOPLE, Caller, Cast
from tests.access.rules import Expected, Row, page, public

# this contract answers 401 to who presents nothing
OUTSIDE: Expected = {
    Caller.NOBODY: 401,
    Caller.EXPIRED: 401,
    Caller.ENDED: 401,
    Caller.PENDING: 403,
    Caller.BOT: 403,
}


def people(status: int, *allowed: Caller, others: int = 403) -> Expected:
    """These people; the rest are known and get `others`."""
    return {**OUTSIDE, **dict.fromkeys(PEOPLE, others), **dict.fromkeys(allowed, status)}


def readers(status: int) -> Expected:
    """Doctors and administrators."""
    return people(status, Caller.DOCTOR, Caller.DOCTOR2, Caller.ADMIN)


def admins(status: int) -> Expected:
    """Administrators."""
    return people(status, Caller.ADMIN)


EXPORTERS: Expected = {**readers(200), Caller.ANALYST: 403, Caller.ANALYST2: 403}
ME: Expected = people(200, *PEOPLE)

ROWS = [
    Row("GET", "/api/v1/", public(200)),
    Row("GET", "/api/v1/health", public(200)),
    Row("GET HEAD", "/api/v1/docs", public(200)),
    Row("GET HEAD", "/api/v1/openapi.json", public(200)),
    Row("POST", "/api/v1/auth/login", public(200)),
    Row("POST", "/api/v1/auth/logout", public(200)),
    Row("GET", "/api/v1/auth/me", ME),
    Row("GET", "/api/v1/studies/search", readers(200)),
    Row("GET", "/api/v1/studies/filters/options", readers(200)),
    # an analyst who asks for names is refused; without names see the desk's own tests
    Row("GET", "/api/v1/studies/export", EXPORTERS),
    Row("GET", "/api/v1/studies/<exam_id>", readers(200)),
    page("GET HEAD", "/imaging/", others=404, mine=(Caller.DOCTOR, Caller.DOCTOR2, Caller.ADMIN)),
    Row("GET", "/api/v1/audit/readings", people(200, Caller.AUDITOR, Caller.ADMIN)),
]

LISTS: dict[str, dict[Caller, int]] = {}
SOCKETS: dict[str, Expected] = {}


def prepare(cast: Cast) -> dict[str, object]:
    """A study."""
    Study.objects.create(
        exam_id="00000000001",
        patient_name="Somebody",
        exam_status="completed",
        exam_source="CT",
        exam_item="Chest CT",
        equipment_type="CT",
        order_datetime=datetime(2025, 1, 1),
    )
    return {"exam_id": "00000000001"}


def bodies(cast: Cast, ids: Mapping[str, object]) -> dict[tuple[str, str], dict[str, Any] | Body]:
    """Names and passwords."""
    return {
        ("POST", "/api/v1/auth/login"): {"username": Caller.PATIENT, "password": PASSWORD},
    }
