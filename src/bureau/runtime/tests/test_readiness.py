"""When the web process counts as ready, and under which name it is asked."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bureau.runtime.children import probed_url
from bureau.runtime.environment import Address
from bureau.runtime.http import is_ready

LOCAL = Address("127.0.0.1", 8000)


class Answering(BaseHTTPRequestHandler):
    """Answers `/301` with 301, and so on."""

    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/")))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is written."""


@pytest.fixture(scope="module")
def answering() -> Iterator[Address]:
    server = HTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Address("127.0.0.1", server.server_port)
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "ready"), [(200, True), (301, False), (400, False), (404, False), (503, False)]
)
def test_only_service_is_ready(answering: Address, status: int, ready: bool) -> None:
    assert asyncio.run(is_ready(answering, f"/{status}", answering.url)) is ready


def test_where_nobody_listens_nothing_is_ready(unused_port: int) -> None:
    nobody = Address("127.0.0.1", unused_port)
    assert asyncio.run(is_ready(nobody, "/200", nobody.url)) is False


@pytest.mark.parametrize(
    ("env", "asked"),
    [
        ({}, LOCAL.url),
        ({"ALLOWED_HOSTS": "127.0.0.1,bureau.example.org"}, LOCAL.url),
        ({"ALLOWED_HOSTS": "bureau.example.org"}, "http://bureau.example.org"),
        ({"ALLOWED_HOSTS": ".example.org, x"}, "http://example.org"),
        ({"ALLOWED_HOSTS": "*"}, LOCAL.url),
        (
            {
                "BUREAU_BASE_URL": "https://bureau.example.org",
                "ALLOWED_HOSTS": "bureau.example.org",
            },
            "https://bureau.example.org",
        ),
    ],
)
def test_it_is_asked_under_a_name_that_it_accepts(env: dict[str, str], asked: str) -> None:
    assert probed_url(env, LOCAL) == asked
