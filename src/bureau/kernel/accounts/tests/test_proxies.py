"""How a caller came is what a trusted proxy says, and nobody else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs
from tests.fixtures import SetEnvironment

from bureau.kernel.accounts import proxies
from bureau.kernel.accounts.addresses import forwarded_scheme
from bureau.kernel.accounts.checks import check_proxy_is_named
from bureau.kernel.accounts.proxies import behind_proxies, behind_proxies_wsgi

PROXY = "10.0.0.1"
headers = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)


def scheme(peer: str, proto: str, came_for: str = "203.0.113.7") -> str:
    return forwarded_scheme(
        peer=peer, forwarded_for=came_for, forwarded_proto=proto, trusted=["10.0.0.0/8"]
    )


@pytest.mark.security("X-Forwarded-Proto: https from an address that is no trusted proxy")
@given(headers, headers)
def test_nobody_but_a_trusted_proxy_is_believed(proto: str, came_for: str) -> None:
    assert scheme("203.0.113.7", proto, came_for) == ""


@pytest.mark.security("X-Forwarded-Proto that a client wrote itself, before a proxy's own entry")
@given(headers)
def test_what_the_client_put_in_front_is_never_reached(proto: str) -> None:
    assert scheme(PROXY, f"{proto},http") == "http"


@pytest.mark.parametrize(
    ("proto", "came_for", "expected"),
    [
        ("https", "203.0.113.7", "https"),
        ("HTTPS", "203.0.113.7", "https"),
        ("http", "203.0.113.7", "http"),
        ("https", "", "https"),
        ("", "203.0.113.7", ""),
        ("gopher", "203.0.113.7", ""),
        # TLS ends at the outer one of two proxies
        ("https, http", "203.0.113.7, 10.0.0.2", "https"),
        ("https", "203.0.113.7, 10.0.0.2", "https"),
        # the client wrote https, and the one proxy added how it really came
        ("https, http", "203.0.113.7", "http"),
    ],
)
def test_what_proxies_say(proto: str, came_for: str, expected: str) -> None:
    assert scheme(PROXY, proto, came_for) == expected


def asgi_scheme(kind: str, peer: str | None, *pairs: tuple[bytes, bytes]) -> str:
    seen: list[str] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["scheme"])

    plain = "ws" if kind == "websocket" else "http"
    client = (peer, 4711) if peer else None
    scope = {"type": kind, "scheme": plain, "client": client, "headers": list(pairs)}
    asyncio.run(behind_proxies(application)(scope, None, None))
    return seen[0]


HTTPS = (b"x-forwarded-proto", b"https")


@pytest.mark.parametrize(("kind", "expected"), [("http", "https"), ("websocket", "wss")])
def test_pages_and_sockets_alike(kind: str, expected: str, environment: SetEnvironment) -> None:
    environment(trusted_proxies=[PROXY])
    plain = "ws" if kind == "websocket" else "http"
    assert asgi_scheme(kind, PROXY, HTTPS) == expected
    assert asgi_scheme(kind, PROXY) == plain
    assert asgi_scheme(kind, "203.0.113.7", HTTPS) == plain
    assert asgi_scheme(kind, None, HTTPS) == plain
    twice = (b"x-forwarded-proto", b"http")
    assert asgi_scheme(kind, PROXY, HTTPS, twice, (b"x-forwarded-for", b"203.0.113.7")) == plain


def test_wsgi_too(environment: SetEnvironment) -> None:
    environment(trusted_proxies=[PROXY])
    made: HttpRequest = RequestFactory().get("/", headers={"X-Forwarded-Proto": "https"})

    def seen_from(peer: str) -> str:
        def application(environ: dict[str, Any], start: Any) -> list[bytes]:
            return [environ["wsgi.url_scheme"].encode()]

        (answer,) = behind_proxies_wsgi(application)({**made.META, "REMOTE_ADDR": peer}, None)
        return answer.decode()

    assert (seen_from(PROXY), seen_from("203.0.113.7")) == ("https", "http")


def test_headers_that_nobody_believes_are_told_of_once_and_without_an_address(
    environment: SetEnvironment,
) -> None:
    environment(trusted_proxies=[])
    proxies._told.clear()
    with capture_logs() as lines:
        for _ in range(3):
            asgi_scheme("http", "203.0.113.7", HTTPS)
    [line] = lines
    assert line["event"] == "forwarded_headers_ignored"
    assert "203.0.113.7" not in str(line)


@pytest.mark.parametrize(
    ("fields", "warned"),
    [
        ({"https_only": True}, True),
        ({"https_only": True, "trusted_proxies": ["127.0.0.1"]}, False),
        ({"allowed_hosts": ["bureau.example.org"]}, True),
        ({"allowed_hosts": ["bureau.example.org"], "bureau_host": "0.0.0.0"}, False),
        ({"allowed_hosts": ["localhost", "127.0.0.1", "[::1]"]}, False),
    ],
)
def test_a_proxy_that_must_be_there_and_is_not_named_is_a_warning(
    fields: dict[str, Any], warned: bool, environment: SetEnvironment
) -> None:
    environment(**{"https_only": False, "trusted_proxies": [], "bureau_host": "127.0.0.1"} | fields)
    assert [found.id for found in check_proxy_is_named()] == ["accounts.W001"] * warned
