"""Every route and method against every caller, by token and by browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.access.body import Body
from tests.access.callers import PEOPLE, Caller, Way
from tests.access.matrix import EXCLUDED, LISTS, TABLE, Row
from tests.access.requests import NO_BODY, Objects
from tests.access.routes import http_routes, methods_of, path_of

LISTED = {(method, row.route): row for row in TABLE for method in row.methods.split(" ")}
HIDING = {key: row for key, row in LISTED.items() if 404 in [row.expected[who] for who in PEOPLE]}
every_way = pytest.mark.parametrize("way", Way)


def every(rows: dict[tuple[str, str], Row]) -> Any:
    """Run a test for each method and route."""
    return pytest.mark.parametrize(("method", "route"), rows, ids=lambda part: part)


def call(
    objects: Objects, who: Caller, way: Way, method: str, path: str, body: Body = NO_BODY
) -> Any:
    """One request of one caller, undone afterwards, so that all callers meet the same house."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    with transaction.atomic():
        answer = client.generic(
            method, path, body.content, body.content_type, headers=objects.cast.headers[way][who]
        )
        if answer.streaming:
            # a file is read while its row still exists
            answer = HttpResponse(
                answer.getvalue(), status=answer.status_code, headers=dict(answer.items())
            )
        transaction.set_rollback(True)
    return answer


def test_every_route_and_method_is_in_the_table_and_the_table_has_no_others() -> None:
    served = {
        (method, route)
        for route in set(http_routes())
        if not route.startswith(tuple(EXCLUDED))
        for method in methods_of(route)
    }
    assert served - LISTED.keys() == set(), "served and not in the table"
    assert LISTED.keys() - served == set(), "in the table and not served"


def test_no_row_is_written_twice_and_every_row_names_every_caller() -> None:
    assert len(LISTED) == sum(len(row.methods.split(" ")) for row in TABLE)
    assert all(set(row.expected) == set(Caller) for row in TABLE)


@every_way
@every(LISTED)
def test_each_caller_gets_what_the_table_says(
    objects: Objects, method: str, route: str, way: Way
) -> None:
    row, ids = LISTED[method, route], objects.ids_for(route)
    path, body = path_of(route, ids), objects.body_of(method, route, ids)
    found = {who: call(objects, who, way, method, path, body).status_code for who in Caller}
    known = way is Way.BROWSER or not row.is_page
    assert found == {who: row.expected[who if known else Caller.NOBODY] for who in Caller}


@every_way
@every(HIDING)
def test_what_is_denied_looks_exactly_like_what_is_absent(
    objects: Objects, method: str, route: str, way: Way
) -> None:
    expected, answers = HIDING[method, route].expected, []
    stranger = next(who for who in PEOPLE if expected[who] == 404)
    for ids in (objects.ids_for(route), {}):
        path, body = path_of(route, ids), objects.body_of(method, route, ids)
        answers.append(call(objects, stranger, way, method, path, body))
    denied, missing = answers
    assert denied.status_code == missing.status_code
    assert _lasting(denied) == _lasting(missing)


def _lasting(answer: Any) -> str:
    """A body without the CSRF token of its page, which is masked anew every time."""
    return re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", answer.content.decode())


@every_way
@pytest.mark.parametrize("route", LISTS)
def test_a_list_holds_only_what_the_caller_may_see(objects: Objects, route: str, way: Way) -> None:
    counts = {who: call(objects, who, way, "GET", route).json()["count"] for who in PEOPLE}
    assert counts == {who: LISTS[route].get(who, 0) for who in PEOPLE}


def test_every_list_of_the_table_is_checked_for_its_content() -> None:
    # a list is a route without an object whose objects have routes of their own
    hiding = [row for row in TABLE if "<" in row.route and 404 in row.expected.values()]
    objects_of = {row.route.partition("<")[0] for row in hiding}
    lists = {route for method, route in LISTED if method == "GET" and route in objects_of}
    assert {route for route in lists if not LISTED["GET", route].is_page} <= LISTS.keys()
