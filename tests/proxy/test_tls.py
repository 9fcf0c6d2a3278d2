"""The house behind nginx as docs/operations.md describes it: TLS ends there, HTTPS_ONLY is on."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.sync.client import connect

from bureau.desks.grievances.tests.test_sockets import CLIENT, modules
from tests.house import House, started_house
from tests.proxy.nginx import Nginx, nginx_before

__all__ = ["modules"]

MEGABYTE = 1024 * 1024
LIMIT_MB = 2
pytestmark = pytest.mark.needs("nginx")
PATIENCE = 60.0


@dataclass(frozen=True)
class Site:
    """The installation, and the proxy that people come through."""

    house: House
    nginx: Nginx

    def browser(self) -> httpx.Client:
        """A client that trusts the certificate and keeps cookies; redirects are not followed."""
        trust = ssl.create_default_context(cafile=str(self.nginx.certificate))
        return httpx.Client(base_url=self.nginx.url, verify=trust, timeout=PATIENCE)

    @contextmanager
    def signed_in(self, name: str) -> Iterator[httpx.Client]:
        with self.browser() as browser:
            body = {"username": name, "password": self.house.passwords[name]}
            answer = browser.post("/api/auth/login/", json=body)
            assert answer.status_code == 200, answer.text
            yield browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    variables = {
        "HTTPS_ONLY": "true",
        "ALLOWED_HOSTS": "localhost",
        "TRUSTED_PROXIES": "127.0.0.1",
        "BUREAU_MAX_UPLOAD_MB": str(LIMIT_MB),
    }
    with started_house(**variables) as house:
        port = urlsplit(house.base_url).port
        assert port is not None
        folder = tmp_path_factory.mktemp("nginx")
        with nginx_before(port, folder, body_megabytes=LIMIT_MB + 1) as nginx:
            yield Site(house, nginx)


@pytest.mark.security(
    "https through a proxy that is trusted: no redirect to itself, Secure cookies"
)
def test_pages_open_and_their_cookies_are_for_https_alone(site: Site) -> None:
    with site.browser() as browser:
        page = browser.get("/login/")
        assert page.status_code == 200
        assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
        assert browser.get("/imaging/").headers["Location"].startswith("/login/")
    with site.signed_in("admin") as browser:
        assert {cookie.name for cookie in browser.cookies.jar} >= {"sessionid", "csrftoken"}
        assert all(cookie.secure for cookie in browser.cookies.jar)
        assert browser.get("/imaging/").status_code == 200
    plain = httpx.get(f"{site.nginx.plain_url}/login/")
    assert (plain.status_code, plain.headers["Location"]) == (301, "https://localhost/login/")


@pytest.mark.security("a caller beside the proxy who claims to have come by https")
def test_who_comes_by_http_is_sent_to_https_whatever_its_proxy_passes_on(site: Site) -> None:
    direct = httpx.get(f"{site.house.base_url}/login/", headers={"Host": "localhost"})
    assert direct.status_code == 301
    # an address that is no trusted proxy of this process is not believed: see test_proxies.py


def test_health_answers_without_a_redirect_beside_the_proxy_and_through_it(site: Site) -> None:
    direct = httpx.get(f"{site.house.base_url}/api/health/", headers={"Host": "localhost"})
    assert direct.status_code == 200
    with site.browser() as browser:
        for path in ("", "db/", "redis/"):
            assert browser.get(f"/api/health/{path}").status_code == 200


def test_a_form_of_a_page_is_taken_without_naming_trusted_origins(site: Site) -> None:
    with site.signed_in("admin") as browser:
        token = browser.cookies["csrftoken"]
        ours = {"X-CSRFToken": token, "Origin": site.nginx.url, "Referer": f"{site.nginx.url}/"}
        assert browser.patch("/api/auth/profile/", json={}, headers=ours).status_code == 200
        foreign = {**ours, "Origin": "https://elsewhere.example"}
        assert browser.patch("/api/auth/profile/", json={}, headers=foreign).status_code == 403


def test_a_socket_of_a_page_opens_and_answers(site: Site) -> None:
    with site.signed_in("analyst") as browser:
        (job, *_) = browser.get("/api/jobs/").json()["results"]
        cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    address = f"{site.nginx.url.replace('https', 'wss')}/ws/jobs/{job['id']}/?after=0"
    trust = ssl.create_default_context(cafile=str(site.nginx.certificate))
    headers = {"Cookie": cookies}
    with connect(address, ssl=trust, origin=site.nginx.url, additional_headers=headers) as opened:
        opened.send("no JSON")
        told = (json.loads(opened.recv(timeout=PATIENCE)) for _ in range(100))
        assert any(one.get("type") == "error" for one in told)


@pytest.mark.needs("node", "npm")
@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_socket_io_connects(transport: str, site: Site, modules: Path) -> None:
    done = subprocess.Popen(
        ["node", str(CLIENT), site.nginx.url, "/socket.io/", transport, site.nginx.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "NODE_PATH": str(modules),
            "NODE_EXTRA_CA_CERTS": str(site.nginx.certificate),
        },
    )
    try:
        assert done.stdout is not None
        assert json.loads(done.stdout.readline()) == ["connect"]
    finally:
        done.kill()
        done.wait(10)


def test_uploads_up_to_the_limit_pass_and_larger_ones_are_refused_in_words(site: Site) -> None:
    with site.signed_in("admin") as browser:
        headers = {"X-CSRFToken": browser.cookies["csrftoken"], "Referer": f"{site.nginx.url}/"}

        def upload(size: int) -> httpx.Response:
            words = (b"Keep the vaccine at four degrees. " * (size // 34 + 1))[:size]
            files = {"file": ("notes.txt", words, "text/plain")}
            return browser.post("/api/documents/upload/", files=files, headers=headers)

        assert upload(LIMIT_MB * MEGABYTE - 1_000).status_code == 201
        refused = upload(LIMIT_MB * MEGABYTE + 1_000)
        assert (refused.status_code, refused.json()["code"]) == (413, "TOO_LARGE")


def test_downloads_arrive_whole(site: Site) -> None:
    with site.signed_in("admin") as browser:
        answer = browser.get("/api/v1/studies/export", params={"format": "csv"})
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        assert answer.text.count("\n") > 1
