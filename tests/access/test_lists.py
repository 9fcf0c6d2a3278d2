"""No list answers questions about fields that its caller may not read.

For every route that takes parameters in its query, every caller and every parameter: asking for a
value that stands in somebody's protected field, and for one that stands nowhere, gets the same
answer, unless the caller's own unfiltered answer shows the field anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.test import Client

from bureau.desks.grievances.models import Complainant
from bureau.desks.imaging.models import Study
from bureau.desks.interpreting.models import ChatRoom
from bureau.kernel.accounts.models import User
from tests.access.callers import Caller, Way
from tests.access.matrix import LISTED_ROUTES
from tests.access.requests import Objects
from tests.access.routes import documented_paths, path_of, template_of

# which part of a list is wanted: numbers, and numbers of events and studies; they tell of no field
PAGING = {"page", "page_size", "limit", "offset", "after"}
# read with the search's parameters, and without any effect on an export
WITHOUT_EFFECT = {"/api/v1/studies/export": {"facets", "why"}}
# a protected value that stands in a row, and one of the same kind that stands nowhere
PHONE, NO_PHONE = "+9779841357924", "+9779800000001"
MAIL, NO_MAIL = "maya.protected@example.net", "nowhere@example.net"
NAME, NO_NAME = "Maya Protected Gurung", "Nobody Nowhere Atall"
NUMBER, NO_NUMBER = "77713579", "77700001"
PROTECTED = {PHONE: NO_PHONE, MAIL: NO_MAIL, NAME: NO_NAME, NUMBER: NO_NUMBER}
# without these the route refuses everybody, whatever else is asked
NEEDED = {"/api/v1/studies/export": {"pseudonymised": "true"}}
DAY = datetime(2025, 1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Question:
    """A list and the parameters that its document names."""

    route: str
    parameters: tuple[str, ...]


def questions() -> Iterator[Question]:
    """Every GET route whose document names parameters of the query."""
    for path, item in documented_paths().items():
        told = item.get("get", {}).get("parameters", ())
        names = tuple(one["name"] for one in told if one["in"] == "query")
        if names:
            yield Question(path, names)


ASKED = {one.route: one for one in questions()}


@pytest.fixture(scope="module")
def planted(objects: Objects) -> Objects:
    """Somebody with protected values: complained, was examined, sits in a room, has an account."""
    for person in Complainant.objects.all():
        person.full_name, person.phone, person.email, person.address = NAME, PHONE, MAIL, NAME
        person.save()
    for room in ChatRoom.objects.all():
        room.patient_name = NAME
        room.save()
    for number in range(6):
        Study.objects.create(
            exam_id=f"{int(NUMBER) + 100 + number}" if number else NUMBER,
            medical_record_no=f"{int(NUMBER) + 200 + number}" if number else NUMBER,
            application_order_no=NUMBER,
            patient_name=f"Patient {number}" if number else NAME,
            certified_physician=NAME,
            exam_description=f"of {NAME}",
            exam_status="done",
            exam_source="CT",
            exam_item="Chest",
            order_datetime=DAY,
        )
    patient = User.objects.get(username=Caller.PATIENT)
    patient.first_name, patient.phone_number, patient.patient_id = NAME, PHONE, NUMBER
    patient.save()
    return objects


def ask(objects: Objects, who: Caller, route: str, query: dict[str, str]) -> tuple[int, str]:
    """The answer without what repeats the question."""
    needed = NEEDED.get(route, {})
    template = template_of(route, LISTED_ROUTES)
    path = path_of(template, objects.ids_for(template))
    address = f"{path}?{urlencode({**needed, **query})}"
    client = Client(raise_request_exception=False)
    answer = client.get(address, headers=objects.cast.headers[Way.TOKEN][who])
    content = answer.getvalue() if answer.streaming else answer.content
    text = content.decode("utf-8", "replace")
    for value in filter(None, query.values()):
        text = text.replace(value, "?").replace(urlencode({"": value})[1:], "?")
    # an export is shuffled within a day, on purpose
    return answer.status_code, "\n".join(sorted(text.splitlines()))


@pytest.mark.security("every list is asked, as every caller, about values the caller may not read")
@pytest.mark.parametrize("route", ASKED)
def test_a_list_tells_nothing_about_what_its_caller_may_not_read(
    planted: Objects, route: str
) -> None:
    told = []
    for who in Caller:
        status, shown = ask(planted, who, route, {})
        if status in {401, 403, 404}:
            continue
        if route in NEEDED:
            # who may have the list with everything in it reads everything
            shown += ask(planted, who, route, dict.fromkeys(NEEDED[route], ""))[1]
        hidden = {right: wrong for right, wrong in PROTECTED.items() if right not in shown}
        for name in set(ASKED[route].parameters) - PAGING:
            for right, wrong in hidden.items():
                answers = [ask(planted, who, route, {name: value}) for value in (right, wrong)]
                if answers[0] != answers[1]:
                    told.append(f"{who} learns of {right} by {name}")
    assert told == []


class Noting(QueryDict):
    """A query that notes which parameters are looked for."""

    noted: set[str]

    def get(self, key: str, default: Any = None) -> Any:
        self.noted.add(key)
        return super().get(key, default)

    def getlist(self, key: str, default: Any = None) -> Any:
        self.noted.add(key)
        return super().getlist(key, default)

    def __contains__(self, key: object) -> bool:
        self.noted.add(str(key))
        return super().__contains__(key)


def test_every_parameter_that_a_route_reads_stands_in_its_document(
    planted: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: set[str] = set()

    def query(request: WSGIRequest) -> QueryDict:
        found = Noting(request.META.get("QUERY_STRING", ""))
        found.noted = noted
        return found

    monkeypatch.setattr(WSGIRequest, "GET", property(query))
    undocumented = {}
    for route, method, is_page in [(r.route, r.methods, r.is_page) for r in LISTED_ROUTES.values()]:
        if "GET" not in method or is_page:
            continue
        noted.clear()
        address = path_of(route, planted.ids_for(route))
        for who in (Caller.ADMIN, Caller.AUDITOR, Caller.DOCTOR, Caller.BOT):
            Client(raise_request_exception=False).get(
                address, headers=planted.cast.headers[Way.TOKEN][who]
            )
        documented = set(ASKED[found].parameters) if (found := _documented(route)) else set()
        read = {name.removesuffix("[]") for name in noted}
        if more := read - documented - PAGING - WITHOUT_EFFECT.get(route, set()):
            undocumented[route] = more
    assert undocumented == {}


def _documented(route: str) -> str | None:
    plain = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
    return plain if plain in ASKED else None
