"""Page-number lists as the contracts have them: 100 a page, `{count, next, previous, results}`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.paginator import InvalidPage, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from bureau.kernel.errors import NotFound

PAGE_SIZE = 100
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page; `next` and `previous` are absolute addresses or None."""

    count: int
    next: str | None
    previous: str | None
    results: list[Row]


def page_of(request: HttpRequest, rows: QuerySet[Row], *, size: int = PAGE_SIZE) -> Page[Row]:
    """The page that `?page=` asks for (the first if it does not).

    Raises:
        NotFound: there is no such page.
    """
    paginator = Paginator(rows, size)
    try:
        page = paginator.page(request.GET.get("page", "1"))
    except InvalidPage:
        raise NotFound("Invalid page.") from None
    return Page(
        count=paginator.count,
        next=_address(request, page.number + 1) if page.has_next() else None,
        previous=_address(request, page.number - 1) if page.has_previous() else None,
        results=list(page.object_list),
    )


def _address(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
