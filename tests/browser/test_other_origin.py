"""A front end of its own on another port: it signs in, uploads, hears and downloads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.house import House, started_house
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(900)]

CLIENT = """
async ([api, username, password]) => {
  const ask = (path, options) => fetch(api + path, {credentials: "include", ...options});
  const json = {"Content-Type": "application/json"};
  const told = {};
  const signedIn = await ask("/api/auth/login/",
    {method: "POST", headers: json, body: JSON.stringify({username, password})});
  told.login = signedIn.status;
  told.me = (await (await ask("/api/auth/me/")).json()).username;
  const token = (await (await ask("/api/auth/csrf/")).json()).csrfToken;
  const form = new FormData();
  form.append("file", new Blob(["The pump is oiled every week."], {type: "text/plain"}), "pump.txt");
  const sent = await ask("/api/documents/",
    {method: "POST", headers: {"X-CSRFToken": token}, body: form});
  told.upload = sent.status;
  const address = (await sent.json()).file_url;
  const file = await ask(address);
  told.download = await file.text();
  told.named = file.headers.get("Content-Disposition");
  const {ticket} = await (await ask("/api/auth/websocket-ticket/")).json();
  told.socket = await new Promise((resolve, reject) => {
    const socket = new WebSocket(api.replace("http", "ws") + "/ws/chat/desk/?ticket=" + ticket);
    socket.onmessage = (event) => resolve(JSON.parse(event.data).type);
    socket.onclose = (event) => reject(new Error("closed with " + event.code));
  });
  return told;
}
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Two other origins that serve a page: the one that will be named, and one that is not."""
    folder = tmp_path_factory.mktemp("front")
    (folder / "index.html").write_text("<!doctype html><title>A front end</title>")
    (folder / "favicon.ico").write_bytes(b"")
    servers = [_served(folder) for _ in range(2)]
    yield [f"http://127.0.0.1:{server.server_port}" for server in servers]
    for server in servers:
        server.shutdown()
        server.server_close()


def _served(folder: Path) -> ThreadingHTTPServer:
    handler = partial(_Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request."""


@pytest.fixture(scope="module")
def api(pages: list[str]) -> Iterator[House]:
    """An installation that names the first of them."""
    with started_house(CORS_ALLOWED_ORIGINS=pages[0]) as house:
        yield house


def opened(chromium: Browser, address: str) -> Page:
    page = chromium.new_context().new_page()
    page.set_default_timeout(1000 * PATIENCE)
    page.goto(address)
    return page


def test_a_page_of_a_named_origin_does_all_that_our_own_do(
    chromium: Browser, pages: list[str], api: House
) -> None:
    wanted = [api.base_url, "analyst", api.passwords["analyst"]]
    told = opened(chromium, pages[0]).evaluate(CLIENT, wanted)
    assert told == {
        "login": 200,
        "me": "analyst",
        "upload": 201,
        "download": "The pump is oiled every week.",
        "named": told["named"],
        "socket": "connection",
    }
    assert "pump.txt" in told["named"]
    with pytest.raises(Error, match="Failed to fetch"):
        opened(chromium, pages[1]).evaluate(CLIENT, wanted)
