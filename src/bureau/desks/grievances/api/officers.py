"""The officers' side: searching, correcting the machine, and the table for a spreadsheet."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router

from bureau.desks.grievances import access, schemas, shapes
from bureau.desks.grievances.callers import Caller, DeskRequest, known, officer, service_or_officer
from bureau.desks.grievances.cases.search import FIELDS_ASKED, FILTERS, matching
from bureau.desks.grievances.classification.catalogue import Kind, kinds
from bureau.desks.grievances.helpdesk.services.finding import find_person
from bureau.desks.grievances.intake.reviewing import confirm
from bureau.desks.grievances.reports.accuracy import accuracy_by_category
from bureau.desks.grievances.reports.sheets import sheet_rows
from bureau.kernel.accounts.auth import BEARER, credentials_in
from bureau.kernel.accounts.paging import page_of
from bureau.kernel.errors import BureauError
from bureau.kernel.list_parameters import refuse_unreadable, text_parameters

router = Router(tags=["grievances"])
Shape = dict[str, Any]
PAGE_SIZE = 50


def sheet(request: HttpRequest) -> Caller:
    """The spreadsheet's own token, else bots, officers and administrators.

    Raises:
        NotSignedIn, NotAllowed, BadCredentials: anyone else.
    """
    expected = settings.ENV.gsheet_bearer_token.get_secret_value()
    token = credentials_in(request.headers.get("Authorization", ""), BEARER)
    if expected and hmac.compare_digest(token.encode(), expected.encode()):
        return Caller(service="gsheet")
    with _refusals_for_the_script():
        return officer(request)


@contextmanager
def _refusals_for_the_script() -> Iterator[None]:
    """The sheet's script shows `message` at the top of an answer, and nothing else of a refusal."""
    try:
        yield
    except BureauError as refused:
        text = str(refused.message)
        told: dict[str, Any] = {"code": refused.code, "message": text}
        if refused.fields:
            told["fields"] = refused.fields
            text = " ".join([text, *(word for each in refused.fields.values() for word in each)])
        refused.body = {"status": "ERROR", "message": text, "error": told}
        raise


@router.get("/api/categories", auth=None, response=dict[str, Any])
def categories(request: HttpRequest) -> Shape:
    """The kinds of complaint in both languages, each with its two follow-up questions."""
    return {"status": "success", "data": [_kind_shape(kind) for kind in kinds()], "message": ""}


def _kind_shape(kind: Kind) -> Shape:
    return {"key": kind.key, "high_priority": kind.high_priority, **kind.fields}


_FILTER_WORDS = {
    "date_from": "Filed on or after: YYYY-MM-DD.",
    "date_to": "Filed on or before: YYYY-MM-DD.",
    "phone": "A complainant's own cases only, with a token that proves the address.",
    "email": "As phone.",
    "name": "As phone.",
}
_PARAMETERS = text_parameters({**dict.fromkeys(FILTERS, ""), **_FILTER_WORDS, "page": ""})


@router.get(
    "/api/grievances",
    auth=known,
    response=dict[str, Any],
    openapi_extra={"parameters": _PARAMETERS},
)
def search(request: DeskRequest) -> Shape:
    """The cases the caller may see (officers: the own offices'), newest first, 50 a page.

    Filters: status, municipality, district, province, ward, office, category, date_from, date_to,
    sensitive, high_priority, id; phone, email and name are for whoever proved an address. Officers
    find a person's cases with `POST /api/grievances/find`.
    """
    unreadable = access.unreadable_fields(request.auth)
    refuse_unreadable(dict(request.GET.lists()), FIELDS_ASKED, unreadable)
    asked = {name: request.GET[name] for name in FILTERS if name in request.GET}
    rows = matching(access.grievances_of(request.auth), **asked)
    page = page_of(request, rows, size=PAGE_SIZE)
    return {
        "status": "success",
        "message": "",
        "count": page.count,
        "next": page.next,
        "previous": page.previous,
        "data": [shapes.row_shape(case) for case in page.results],
    }


@router.post("/api/grievances/find", auth=officer, response=dict[str, Any])
def find(request: DeskRequest, body: schemas.FindPersonIn) -> Shape:
    """The cases of one person in the own offices, for a reason: auditors see who asked and why."""
    cases = access.grievances_of(request.auth)
    found = find_person(cases, request.auth, body.reason, body.address())
    rows = [shapes.row_shape(case) for case in found]
    return {"status": "success", "message": "", "count": len(rows), "data": rows}


@router.patch(
    "/api/grievance/{grievance_id}/classification",
    auth=service_or_officer,
    response=dict[str, Any],
)
def classify(request: DeskRequest, grievance_id: str, body: schemas.ClassificationIn) -> Shape:
    """Confirm or correct summary and categories; what the machine had said is kept beside it."""
    case = access.grievance_for(request.auth, grievance_id)
    told = body.model_dump(exclude_unset=True)
    done = confirm(case, told, officer=request.auth.user, actor=request.auth.actor)
    return {
        "ok": True,
        "grievance_id": done.grievance_id,
        "grievance_classification_status": done.classification_status,
        "officer_confirmed": done.classification_status == "officer_confirmed",
    }


@router.get("/api/classification-accuracy", auth=officer, response=dict[str, Any])
def accuracy(request: DeskRequest) -> Shape:
    """How often officers agreed with the machine, by category, with the number of cases."""
    return {"status": "success", "message": "", "data": accuracy_by_category()}


@router.get("/gsheet-get-grievances", auth=sheet, response=dict[str, Any])
def gsheet(
    request: DeskRequest, status: str = "", start_date: str = "", end_date: str = ""
) -> Shape:
    """Cases as rows of a spreadsheet, with the columns that its script reads."""
    asked = {"status": status, "date_from": start_date, "date_to": end_date}
    with _refusals_for_the_script():
        found = matching(access.grievances_of(request.auth), **asked)
        rows = sheet_rows(found, actor=request.auth.actor)
    return {
        "status": "SUCCESS",
        "message": "Grievances retrieved successfully",
        "data": {"count": len(rows), "data": rows},
    }
