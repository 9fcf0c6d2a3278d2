"""Who read what, for auditors."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Router

from bureau.desks.imaging import access
from bureau.desks.imaging.api.parameters import paging
from bureau.desks.imaging.search.query import MAX_PAGE_SIZE, PAGE_SIZE, invalid, positive
from bureau.desks.imaging.services import audit
from bureau.desks.imaging.shapes import Shape, answer, page_shape
from bureau.kernel.accounts.auth import AuthedRequest
from bureau.kernel.accounts.models import User
from bureau.kernel.events.models import Event
from bureau.kernel.list_parameters import text_parameters

router = Router(tags=["audit"], auth=access.auditor)
_NAMES = {"username": "Who read.", "q": "The term.", "exam_id": "The study's number."}
_PARAMETERS = [*text_parameters(_NAMES), *paging()]


@router.get("/readings", response={200: dict[str, Any]}, openapi_extra={"parameters": _PARAMETERS})
def readings(request: AuthedRequest) -> HttpResponse:
    """Searches, reads and exports, newest first; of one person, term or study where asked for."""
    page = positive(request.GET, "page", 1)
    size = positive(request.GET, "page_size", PAGE_SIZE, MAX_PAGE_SIZE)
    found = audit.readings(
        term=request.GET.get("q", ""),
        number=request.GET.get("exam_id", ""),
        user_id=_user_id(request.GET.get("username", "")),
    )
    total, start = found.count(), (page - 1) * size
    rows = list(found[start : start + size]) if start < total else []
    names = _usernames(rows)
    return answer(page_shape([_shape(row, names) for row in rows], total, page, size, {}))


def _user_id(username: str) -> int | None:
    if not username:
        return None
    found = User.objects.filter(username=username).values_list("pk", flat=True).first()
    if found is None:
        raise invalid("username names nobody")
    return found


def _usernames(rows: list[Event]) -> dict[str, str]:
    ids = {row.actor.removeprefix("user:") for row in rows}
    return {f"user:{user.pk}": user.username for user in User.objects.filter(pk__in=ids)}


def _shape(row: Event, names: dict[str, str]) -> Shape:
    return {
        "id": row.pk,
        "type": row.type,
        "username": names.get(row.actor),
        "at": row.at.isoformat().replace("+00:00", "Z"),
        **row.payload,
    }
