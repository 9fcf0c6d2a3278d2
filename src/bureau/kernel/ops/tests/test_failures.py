"""What a caller sees when something is wrong: always JSON, never a traceback, never a 5xx for bad
input."""

from __future__ import annotations

import json
from typing import Any

import kombu.exceptions
import psycopg_pool
import pytest
import redis.exceptions
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DataError, OperationalError
from django.http import Http404
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from bureau.kernel.errors import Conflict, InvalidInput, TooManyRequests
from bureau.kernel.ops import health
from bureau.kernel.ops.failures import sentences

LOGIN = "/api/auth/login/"
UNKNOWN = "/api/nothing/here/"


@pytest.fixture
def failing_with(monkeypatch: pytest.MonkeyPatch, client: Client) -> Any:
    """Make one route fail in a chosen way and ask it."""

    def ask(failure: Exception) -> Any:
        def fail(_probe: object) -> None:
            raise failure

        monkeypatch.setattr(health.examiner, "examine", fail)
        return client.get("/api/health/redis/", headers={"X-Request-ID": "click-9"})

    return ask


def post(client: Client, body: bytes | str, type_: str = "application/json") -> Any:
    return client.post(LOGIN, data=body, content_type=type_)


def test_a_crash_is_an_apology_with_the_trace_id_and_the_log_has_the_rest(
    failing_with: Any, caplog: pytest.LogCaptureFixture
) -> None:
    answer = failing_with(RuntimeError("select secret from table"))
    assert answer.status_code == 500
    body = answer.json()
    assert body.keys() == {"detail", "code", "trace_id"}
    assert (body["code"], body["trace_id"]) == ("INTERNAL_ERROR", "click-9")
    assert "secret" not in answer.content.decode()
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    line: Any = record.msg
    assert line["trace_id"] == "click-9"
    assert line["exc_info"].__traceback__ is not None


@pytest.mark.parametrize(
    "failure",
    [
        OperationalError("server closed the connection"),
        psycopg_pool.PoolTimeout("couldn't get a connection after 5.00 sec"),
        redis.exceptions.ConnectionError("Error 111 connecting to cache:6379"),
        redis.exceptions.TimeoutError("Timeout reading from socket"),
        kombu.exceptions.OperationalError("Error 111"),
    ],
)
def test_something_that_is_down_is_503_without_its_address(
    failing_with: Any, failure: Exception
) -> None:
    answer = failing_with(failure)
    assert answer.status_code == 503
    assert answer.json()["code"] == "UNAVAILABLE"
    assert str(failure) not in answer.content.decode()


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (Http404("no Job"), 404, "NOT_FOUND"),
        (PermissionDenied(), 403, "PERMISSION_DENIED"),
        (DataError("integer out of range"), 400, "VALIDATION_ERROR"),
        (SuspiciousOperation("tampered"), 400, "VALIDATION_ERROR"),
        (Conflict("Taken."), 409, "CONFLICT"),
    ],
)
def test_each_kind_of_refusal_has_its_status_and_code(
    failing_with: Any, failure: Exception, status: int, code: str
) -> None:
    answer = failing_with(failure)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "trace_id" not in answer.json()


def test_fields_headers_and_exact_bodies_of_an_error_reach_the_caller(failing_with: Any) -> None:
    fields = failing_with(InvalidInput(fields={"name": ["Too long."]}))
    assert fields.json()["errors"] == {"name": ["Too long."]}
    waiting = failing_with(TooManyRequests(headers={"Retry-After": "30"}))
    assert (waiting.status_code, waiting["Retry-After"]) == (429, "30")
    exact = failing_with(InvalidInput(body={"error": "Query is required"}))
    assert exact.json() == {"error": "Query is required"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe\x00",
        b'{"username": "a\\u0000b", "password": "x"}',
        b'{"username": "\\ud800", "password": "x"}',
        b'{"username": NaN}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"9" * 10_000,
    ],
)
def test_a_body_that_cannot_be_read_is_400(client: Client, body: bytes) -> None:
    answer = post(client, body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "VALIDATION_ERROR"


def test_a_wrong_or_missing_field_is_named_with_a_sentence(client: Client) -> None:
    answer = post(client, json.dumps({"username": ["x"]}))
    assert answer.status_code == 400
    body = answer.json()
    assert body["code"] == "VALIDATION_ERROR"
    assert body["errors"]["username"] == ["Input should be a valid string."]


def test_a_body_over_the_limit_is_413(client: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = post(client, json.dumps({"username": "x" * 200}))
    assert answer.status_code == 413
    assert answer.json()["code"] == "TOO_LARGE"


@pytest.mark.parametrize(
    "type_", ["multipart/form-data", "multipart/form-data; boundary=x", "text/plain", ""]
)
def test_a_body_of_another_type_is_400(client: Client, type_: str) -> None:
    assert post(client, b"--x\r\nnonsense", type_).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        UNKNOWN,
        "/api/users/abc/",
        "/api/users/-1/",
        f"/api/users/{'9' * 30}x/",
        "/api/users/%00/",
        "/api/%ff%fe/",
        "/api/..%2f..%2fetc/passwd",
    ],
)
def test_an_address_that_names_nothing_is_a_json_404(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "NOT_FOUND"


def test_pages_are_told_in_html_what_the_api_tells_in_json(client: Client) -> None:
    assert client.get("/nothing/here/")["Content-Type"].startswith("text/html")


def test_a_foreign_host_name_is_a_json_400_with_one_log_line(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/api/health/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "VALIDATION_ERROR"
    assert all(record.exc_info is None for record in caplog.records)


def test_a_method_that_a_route_does_not_take_is_a_json_405(client: Client) -> None:
    answer = client.delete(LOGIN)
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert answer.json()["code"] == "METHOD_NOT_ALLOWED"


@given(st.lists(st.text(min_size=1) | st.integers(), max_size=3), st.text())
def test_every_input_error_becomes_a_sentence_under_a_name(place: list[Any], text: str) -> None:
    found = sentences([{"loc": ("body", "body", *place), "msg": text, "type": "value_error"}])
    ((name, (sentence,)),) = found.items()
    assert name == (".".join(str(part) for part in place) or "non_field_errors")
    assert sentence.endswith(".")
