"""Searching and reading reports."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from ninja import Router

from bureau.desks.imaging import access
from bureau.desks.imaging.api.parameters import paging
from bureau.desks.imaging.models import Report, ReportStatus
from bureau.desks.imaging.search.query import (
    MAX_PAGE_SIZE,
    PAGE_SIZE,
    one_text,
    positive,
)
from bureau.desks.imaging.search.reports import matching
from bureau.desks.imaging.services import audit
from bureau.desks.imaging.shapes import Shape, answer, page_shape, wire_time
from bureau.kernel.accounts.auth import AuthedRequest
from bureau.kernel.list_parameters import text_parameters

router = Router(tags=["reports"], auth=access.reader)
STATUSES = list(ReportStatus.values)
_WORDS = {
    "q": "Anywhere in name, item, findings or impression.",
    "status": "draft, completed or archived.",
    "exam_status": "The same by its other name.",
}


@router.get(
    "/search",
    response={200: dict[str, Any]},
    openapi_extra={"parameters": [*text_parameters(_WORDS), *paging()]},
)
def search_reports(request: AuthedRequest) -> HttpResponse:
    """A page of reports, newest first."""
    page = positive(request.GET, "page", 1)
    size = positive(request.GET, "page_size", PAGE_SIZE, MAX_PAGE_SIZE)
    term = one_text(request.GET, "q")
    status = one_text(request.GET, "status") or one_text(request.GET, "exam_status")
    rows = matching(access.reports_of(request.auth), term)
    rows = rows.filter(status=status) if status else rows
    start = (page - 1) * size
    with transaction.atomic():
        total = rows.count()
        found = (
            list(rows.order_by("-created_at", "-report_id")[start : start + size])
            if start < total
            else []
        )
        audit.reports_searched(request.auth, term, status, total, len(found))
    data = [_item(one) for one in found]
    return answer(page_shape(data, total, page, size, {"statuses": STATUSES}))


@router.get("/filters/options", response={200: dict[str, list[str]]})
def report_options(request: AuthedRequest) -> HttpResponse:
    """Statuses, items and radiologists of the reports that are here."""
    rows = access.reports_of(request.auth)
    options = {
        "exam_items": rows.exclude(exam_item="").values_list("exam_item", flat=True),
        "radiologists": rows.exclude(radiologist="").values_list("radiologist", flat=True),
    }
    lists = {name: sorted(set(values.distinct())) for name, values in options.items()}
    return answer({"statuses": STATUSES, **lists})


@router.get("/{report_id}/versions", response={200: dict[str, Any]})
def report_versions(request: AuthedRequest, report_id: str) -> HttpResponse:
    """Every version of a report, newest first."""
    report = _read(request, report_id)
    shown = [
        {
            "version_number": one.version_number,
            "change_type": one.change_type,
            "content_hash": one.content_hash,
            "created_at": wire_time(one.created_at),
            **one.content,
        }
        for one in report.versions.order_by("-version_number")
    ]
    return answer({"report_id": report.report_id, "versions": shown})


@router.get("/{report_id}", response={200: dict[str, Any]})
def report_detail(request: AuthedRequest, report_id: str) -> HttpResponse:
    """One report, with impression and recommendation."""
    report = _read(request, report_id)
    more = {
        "impression": report.impression,
        "recommendation": report.recommendation,
        "version_number": report.version_number,
    }
    return answer({**_item(report), **more})


def _read(request: AuthedRequest, report_id: str) -> Report:
    with transaction.atomic():
        report = access.report_for(request.auth, report_id)
        audit.report_read(request.auth, report.report_id, report.exam_id)
    return report


def _item(report: Report) -> Shape:
    names = ("report_id", "exam_id", "patient_name", "exam_item", "findings", "radiologist")
    shape: Shape = {name: getattr(report, name) for name in names}
    return {**shape, "created_at": wire_time(report.created_at), "status": report.status}
