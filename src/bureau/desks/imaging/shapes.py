"""How records look on the wire: the contract's keys in the contract's order, times without zones."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.http import HttpResponse

from bureau.desks.imaging.columns import COLUMNS, LIST_COLUMNS
from bureau.desks.imaging.search.finding import Row

Shape = dict[str, Any]


def answer(body: Any, status: int = 200) -> HttpResponse:
    """JSON as the original wrote it: UTF-8 as it is, keys in their order."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=_moment)
    return HttpResponse(text, content_type="application/json", status=status)


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return wire_time(value)
    raise TypeError(f"{type(value).__name__} has no form on the wire")


def wire_time(moment: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS`: no zone, no fractions."""
    return moment.replace(tzinfo=None, microsecond=0).isoformat()


def list_shape(row: Row) -> Shape:
    """A study in a list."""
    return {name: row[name] for name in LIST_COLUMNS}


def detail_shape(row: Row) -> Shape:
    """A study with all its columns."""
    return {name: row[name] for name in COLUMNS}


def page_shape(data: list[Shape], total: int, page: int, page_size: int, filters: Shape) -> Shape:
    """A page of any list."""
    return {
        "data": data,
        "total": total,
        "page": page,
        "page_size": page_size,
        "filters": filters,
    }
