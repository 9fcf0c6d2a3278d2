"""The API's own pages: an index, the OpenAPI document, Swagger UI and ReDoc, all from this host.

Scripts and styles come from the installed packages. ReDoc writes style elements as it draws, so
its page (and no other) allows inline styles; scripts are files everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

View = Callable[[HttpRequest], HttpResponse]

inline_styles = csp_update({"style-src": [SELF, UNSAFE_INLINE]})


def document_urls(api: NinjaAPI) -> list[URLPattern]:
    """The index at the root of one API, and its `schema/`, `docs/` and `redoc/`."""

    @require_safe
    def index(request: HttpRequest) -> HttpResponse:
        root = request.path
        endpoints = {name: f"{root}{name}/" for name in ("health", "schema", "docs", "redoc")}
        body = {"message": f"{api.title} API", "version": api.version, "endpoints": endpoints}
        return JsonResponse(body)

    @cache
    def document() -> bytes:
        # a quarter of a second of work, the same for every caller of this process
        return JsonResponse(api.get_openapi_schema()).content

    @require_safe
    def schema(request: HttpRequest) -> HttpResponse:
        return HttpResponse(document(), content_type="application/json")

    return [
        path("", index, name="index"),
        path("schema/", schema, name="schema"),
        path("docs/", viewer("ops/swagger.html", api), name="swagger"),
        path("redoc/", inline_styles(viewer("ops/redoc.html", api)), name="redoc"),
    ]


def viewer(template: str, api: NinjaAPI, schema: str = "api:schema") -> View:
    """A page that draws the document in the visitor's browser; `schema` names its URL."""

    @require_safe
    def page(request: HttpRequest) -> HttpResponse:
        return render(request, template, {"title": api.title, "schema": schema})

    return page
