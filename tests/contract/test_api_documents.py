"""The API's documents: complete, valid, and drawn from this host alone under a strict policy."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import ConsoleMessage, sync_playwright
from pytest_django.live_server_helper import LiveServer
from tests.needs import browser_program
from tests.waiting import PATIENCE


@dataclass
class Visit:
    """What a browser saw on one page."""

    text: str = ""
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def hear(self, line: ConsoleMessage) -> None:
        """Keep an error that a page wrote to the console."""
        if line.type == "error":
            self.complaints.append(line.text)


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    answer = client.get("/api/schema/")
    assert answer["Content-Type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for item in document["paths"].values() for operation in item.values()]


def test_the_document_names_the_product_and_its_version(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"] == "Bureau"
    assert document["info"]["version"][0].isdigit()
    assert "/api/health/db" in document["paths"]
    assert "/api/auth/login/" in document["paths"]


def test_the_index_leads_to_pages_that_exist(client: Client) -> None:
    body = client.get("/api/").json()
    assert body["message"] == "Bureau API"
    assert {client.get(path).status_code for path in body["endpoints"].values()} == {200}


def test_every_operation_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for operation in operations(document)]
    assert len(names) == len(set(names))


def test_every_operation_tells_how_it_refuses(document: dict[str, Any]) -> None:
    assert all("default" in operation["responses"] for operation in operations(document))


def test_an_operation_asks_for_a_sign_in_exactly_when_its_route_does(
    document: dict[str, Any],
) -> None:
    assert document["paths"]["/api/auth/me/"]["get"]["security"] == [{"token": []}, {"session": []}]
    assert "security" not in document["paths"]["/api/health/"]["get"]
    schemes = set(document["components"]["securitySchemes"])
    named = {name for op in operations(document) for way in op.get("security", ()) for name in way}
    assert named <= schemes


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    shapes = document["components"]["schemas"]
    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in shapes


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in references(value)]
    if isinstance(node, list):
        return [found for value in node for found in references(value)]
    return []


@pytest.mark.parametrize("page", ["docs", "redoc"])
def test_a_page_has_no_inline_script_and_a_policy_that_forbids_it(
    client: Client, page: str
) -> None:
    answer = client.get(f"/api/{page}/")
    scripts = answer.content.decode().split("<script")[1:]
    assert scripts
    assert all(tag.startswith(' src="/static/') for tag in scripts)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "unsafe-eval" not in policy
    # one viewer writes style elements as it draws
    assert ("unsafe-inline" in policy) == (page == "redoc")


@pytest.mark.needs("chromium")
@pytest.mark.parametrize(
    ("page", "expected"), [("docs", "/api/auth/login/"), ("redoc", "Sign in with name")]
)
def test_a_browser_draws_the_page_without_leaving_this_host(
    live_server: LiveServer, page: str, expected: str
) -> None:
    # a thread of its own: the browser's event loop must not meet the test's database connection
    with ThreadPoolExecutor(max_workers=1) as thread:
        visit = thread.submit(visit_page, f"{live_server.url}/api/{page}/", expected).result()
    assert expected in visit.text
    assert visit.complaints == []
    assert visit.hosts == {live_server.url.removeprefix("http://")}


def visit_page(address: str, expected: str) -> Visit:
    visit = Visit()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_program(), args=["--no-sandbox"]
        )
        tab = browser.new_page()
        tab.set_default_timeout(1000 * PATIENCE)
        tab.on("console", visit.hear)
        tab.on("pageerror", lambda error: visit.complaints.append(str(error)))
        tab.on("request", lambda request: visit.hosts.add(host_of(request.url)))
        tab.goto(address)
        # opening an entry draws more than the first view
        tab.get_by_text(expected).first.click()
        tab.wait_for_load_state("networkidle")
        visit.text = tab.inner_text("body")
        browser.close()
    visit.hosts.discard("")
    return visit


def host_of(address: str) -> str:
    """The host of a network address; nothing for data: and blob:, which leave no machine."""
    scheme, _, rest = address.partition("://")
    return rest.split("/")[0] if scheme in {"http", "https", "ws", "wss"} else ""
