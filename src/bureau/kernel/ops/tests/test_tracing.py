from __future__ import annotations

import uuid
from string import ascii_letters, digits
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from bureau.kernel.ops.middleware import TraceMiddleware, request_id
from bureau.kernel.trace import current_trace_id

HEALTH = "/api/health/"


def access_lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """The access lines as structlog handed them over."""
    return [record.msg for record in caplog.records if record.name == "bureau.access"]  # type: ignore[misc]


def test_a_sane_request_id_is_kept_and_any_other_replaced(client: Client) -> None:
    kept = client.get(HEALTH, headers={"X-Request-ID": "click-1"})
    replaced = client.get(HEALTH, headers={"X-Request-ID": "a b\nc"})
    made = client.get(HEALTH)
    assert kept["X-Request-ID"] == "click-1"
    assert uuid.UUID(replaced["X-Request-ID"]) != uuid.UUID(made["X-Request-ID"])


@given(st.text(max_size=80))
def test_whatever_is_offered_the_id_is_safe_to_log_and_to_store(offered: str) -> None:
    result = request_id(offered)
    assert 1 <= len(result) <= 64
    assert set(result) <= {*ascii_letters, *digits, "-"}


def test_the_work_inside_a_request_has_the_id_and_nothing_leaks_out_of_it() -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(current_trace_id())
        return HttpResponse()

    handler = TraceMiddleware(view)
    for offered in ("first", "second"):
        handler(RequestFactory().get("/", headers={"X-Request-ID": offered}))
    assert seen == ["first", "second"]
    assert current_trace_id() not in seen


def test_the_asynchronous_chain_is_served_too() -> None:
    answer = async_to_sync(AsyncClient().get)(HEALTH, headers={"X-Request-ID": "click-2"})
    assert answer.status_code == 200
    assert answer["X-Request-ID"] == "click-2"


def test_an_access_line_names_the_route_not_the_path(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    client.get("/api/users/4711/?token=secret")
    (line,) = access_lines(caplog)
    assert line["route"] == "/api/users/<int:user_id>/"
    assert line["method"] == "GET"
    assert line["status"] == 403
    assert line["ms"] >= 0


def test_health_requests_are_logged_only_when_asked_for(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    client.get(HEALTH)
    assert access_lines(caplog) == []
    caplog.set_level("DEBUG")
    client.get(HEALTH)
    assert [line["route"] for line in access_lines(caplog)] == [HEALTH]
