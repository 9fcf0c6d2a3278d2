"""A list that is asked by a parameter it does not have says so, whichever it is."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.access.callers import Caller, Way
from tests.access.matrix import LISTED_ROUTES
from tests.access.requests import Objects
from tests.access.routes import documented_paths, path_of, template_of

IMAGING = "/api/v1/"
UNKNOWN = "no_such_filter"
# what reads nothing but its own address, or everybody may ask
ROUTES = [
    path
    for path, item in documented_paths().items()
    if (
        "get" in item
        and item["get"].get("security")
        and not path.startswith(IMAGING)
        and (not path.rstrip("/").endswith("}") or item["get"].get("parameters"))
        and any(one["in"] == "query" for one in item["get"].get("parameters", ()))
    )
    or path in {"/api/description-tasks/", "/reports/tickets", "/api/algorithms/"}
]


def answers(objects: Objects, route: str, query: str) -> list[tuple[int, str]]:
    template = template_of(route, LISTED_ROUTES)
    path = path_of(template, objects.ids_for(template))
    return [
        (answer.status_code, answer.content.decode())
        for who in Caller
        for answer in [
            Client(raise_request_exception=False).get(
                f"{path}?{query}", headers=objects.cast.headers[Way.TOKEN][who]
            )
        ]
        if answer.status_code not in (401, 403, 404)
    ]


def test_lists_are_among_what_is_asked() -> None:
    assert {"/api/image-tasks/", "/api/jobs/", "/tickets", "/api/grievances"} <= set(ROUTES)
    assert len(ROUTES) > 15


@pytest.mark.parametrize("route", ROUTES)
def test_an_unknown_parameter_is_refused_by_name(objects: Objects, route: str) -> None:
    for status, text in answers(objects, route, f"{UNKNOWN}=1"):
        assert status == 400, text
        # what is missing is told first
        assert UNKNOWN in text or "This field is required." in text
