"""What the house really serves: every route, and the methods each says it takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from bureau.api import api
from bureau.desks.grievances.api import api as grievances
from bureau.desks.imaging.api import api as imaging

_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
# values of the right kind that name nothing
_ABSENT = {"int": "2000000000", "uuid": "ffffffff-0000-4000-8000-000000000000"}


def http_routes() -> Iterator[str]:
    """Every route of the URL map, as Django writes its template."""
    return _walk(get_resolver().url_patterns, "/")


def documents() -> tuple[dict[str, Any], ...]:
    """The OpenAPI documents of all three API objects."""
    return (
        api.get_openapi_schema(),
        imaging.get_openapi_schema(),
        grievances.get_openapi_schema(path_prefix="/"),
    )


def documented_paths() -> dict[str, Any]:
    """Address -> path item, of all documents."""
    return {path: item for document in documents() for path, item in document["paths"].items()}


def socket_routes() -> Iterator[str]:
    """Every socket's route."""
    from bureau.urls import websocket_urlpatterns

    return _walk(websocket_urlpatterns, "/")


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for entry in patterns:
        # Ninja spells the converter that leaves a UUID as text in its own way
        route = prefix + str(entry.pattern).replace("<uuidstr:", "<uuid:")
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, route)
        else:
            yield route


def methods_of(route: str) -> list[str]:
    """The methods that a route names in its Allow header when asked with OPTIONS.

    A view that answers OPTIONS without one takes every method without saying so.
    """
    answer = Client().options(path_of(route, {}))
    assert "Allow" in answer, (
        f"{route} does not declare its methods (answered {answer.status_code})"
    )
    return [method.strip() for method in answer["Allow"].split(",")]


def path_of(route: str, values: Mapping[str, object]) -> str:
    """The route with its parameters filled in; one that is not given names nothing."""
    return _PARAMETER.sub(
        lambda found: str(values.get(found[2], _ABSENT.get(found[1] or "str", "x"))), route
    )


def template_of(path: str, routes: Iterable[str]) -> str:
    """The route of the table that an address of a document stands for."""
    plain = {_PARAMETER.sub(r"{\2}", route): route for route in routes}
    return plain.get(path, path)
