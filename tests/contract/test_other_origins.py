"""Pages of other origins: those that are named may call and open sockets, no others."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.testing import ApplicationCommunicator
from django.test import Client
from pytest_django import Settings
from tests.waiting import PATIENCE

from bureau.asgi import application
from bureau.kernel.accounts.origins import is_our_page

FRONT, OTHER = "http://localhost:5173", "https://elsewhere.example"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _named(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [FRONT]
    settings.CSRF_TRUSTED_ORIGINS = [FRONT]


def preflight(path: str, origin: str) -> dict[str, str]:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-csrftoken,x-session-id",
    }
    return dict(Client().options(path, headers=asked).headers)


@pytest.mark.parametrize(
    "path", ["/api/auth/login/", "/api/v1/auth/login", "/generate-ids", "/api/jobs/", "/upload"]
)
def test_a_browser_is_told_that_a_named_page_may_call(path: str) -> None:
    told = preflight(path, FRONT)
    assert told["access-control-allow-origin"] == FRONT
    assert told["access-control-allow-credentials"] == "true"
    assert "x-session-id" in told["access-control-allow-headers"]
    assert "access-control-allow-origin" not in preflight(path, OTHER)


def test_answers_and_refusals_may_be_read_by_a_named_page_alone() -> None:
    for path, status in (("/api/health/", 200), ("/api/auth/me/", 403), ("/api/nothing/", 404)):
        answer = Client().get(path, headers={"Origin": FRONT})
        assert answer.status_code == status
        assert answer["Access-Control-Allow-Origin"] == FRONT
        assert "X-Session-ID" in answer["Access-Control-Expose-Headers"]
        foreign = Client().get(path, headers={"Origin": OTHER})
        assert "Access-Control-Allow-Origin" not in foreign


def is_accepted(origin: str) -> bool:
    """Whether a page of this origin gets through to a socket at all."""

    async def knock() -> bool:
        headers = [(b"origin", origin.encode()), (b"host", b"api.example.org")]
        scope = {"type": "websocket", "path": "/ws/nowhere/", "query_string": b""}
        socket = ApplicationCommunicator(application, {**scope, "headers": headers})
        await socket.send_input({"type": "websocket.connect"})
        first = await socket.receive_output(PATIENCE)
        return bool(first["type"] == "websocket.accept")

    return asyncio.run(knock())


def test_a_named_page_may_open_sockets() -> None:
    assert is_accepted(FRONT)
    assert not is_accepted(OTHER)
    assert not is_accepted("http://front.example:5173")


@pytest.mark.parametrize(
    ("origin", "ours"),
    [
        (FRONT, True),
        ("http://testserver", True),
        ("https://a.offices.example", True),
        (OTHER, False),
        ("null", False),
        ("http://[", False),
    ],
)
def test_socket_io_asks_the_same_list(origin: str, ours: bool, settings: Settings) -> None:
    settings.CSRF_TRUSTED_ORIGINS = [FRONT, "https://*.offices.example"]
    assert is_our_page(origin) is ours
