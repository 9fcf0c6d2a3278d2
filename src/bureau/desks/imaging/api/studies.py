"""Searching, reading and exporting studies."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router

from bureau.desks.imaging import access
from bureau.desks.imaging.api.parameters import EXPORT_PARAMETERS, SEARCH_PARAMETERS
from bureau.desks.imaging.search.finding import Found
from bureau.desks.imaging.search.options import all_options, options
from bureau.desks.imaging.search.query import StudyQuery, parse_study_query
from bureau.desks.imaging.search.reasons import reasons
from bureau.desks.imaging.services.exports import LIMIT, Export, export_studies
from bureau.desks.imaging.services.reading import read_study, search_studies
from bureau.desks.imaging.shapes import Shape, answer, detail_shape, list_shape, page_shape
from bureau.kernel.accounts.auth import AuthedRequest

router = Router(tags=["studies"], auth=access.reader)


@router.get(
    "/search", response={200: dict[str, Any]}, openapi_extra={"parameters": SEARCH_PARAMETERS}
)
def search(request: AuthedRequest) -> HttpResponse:
    """A page of studies, their exact number and the options of the filters."""
    asked = parse_study_query(request.GET)
    found = search_studies(request.auth, asked)
    data = [_item(row, found, asked) for row in found.rows]
    body = page_shape(data, found.total, asked.page, asked.page_size, dict(options(found.state)))
    return answer({**body, **_extras(found, asked)})


def _item(row: Shape, found: Found, asked: StudyQuery) -> Shape:
    shape = list_shape(row)
    if asked.why and found.hits is not None:
        everywhere = asked.filter.everywhere
        shape["matched"] = reasons(row, found.hits, everywhere=everywhere)
    return shape


def _extras(found: Found, asked: StudyQuery) -> Shape:
    """What the contract does not know comes only to who asked for it."""
    extras: Shape = {} if found.facets is None else {"facets": found.facets}
    if asked.after is not None:
        full = len(found.rows) == asked.page_size
        extras["next_after"] = found.rows[-1]["exam_id"] if full else None
    return extras


@router.get("/filters/options", response={200: dict[str, list[str]]})
def filter_options(request: AuthedRequest) -> HttpResponse:
    """What each filter can be set to, as the records have it."""
    return answer(all_options())


@router.get(
    "/export",
    auth=access.exporter,
    response={200: None},
    openapi_extra={"parameters": EXPORT_PARAMETERS},
)
def export(request: AuthedRequest) -> HttpResponseBase:
    """The studies of a search as a CSV file or a workbook, ten thousand at most."""
    asked = parse_study_query(request.GET)
    pseudonymised = request.GET.get("pseudonymised", "").lower() in {"1", "true", "yes"}
    form = request.GET.get("format", "csv")
    query = dict(request.GET.lists())
    made = export_studies(request.auth, asked, query, form, pseudonymised=pseudonymised)
    return _download(made)


def _download(made: Export) -> FileResponse:
    response = FileResponse(
        made.file, as_attachment=True, filename=made.name, content_type=made.media_type
    )
    response["Content-Disposition"] = f"attachment; filename={made.name}"
    response["X-Total-Count"] = str(made.total)
    response["X-Exported-Count"] = str(made.rows)
    response["X-Export-Limit"] = str(LIMIT)
    response["X-Export-Truncated"] = str(made.is_capped).lower()
    response["Access-Control-Expose-Headers"] = (
        "Content-Disposition, X-Total-Count, X-Exported-Count, X-Export-Limit, X-Export-Truncated"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@router.get("/{exam_id}", response={200: dict[str, Any]})
def detail(request: AuthedRequest, exam_id: str) -> HttpResponse:
    """One study with all 19 columns."""
    return answer(detail_shape(read_study(request.auth, exam_id)))
