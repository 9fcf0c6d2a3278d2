"""A real installation and a real Chromium. Nothing of this process's own Django is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.house import House, started_house
from tests.needs import browser_program, require
from tests.waiting import PATIENCE

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # a microphone that hums, and is allowed
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


@dataclass
class Watch:
    """What a page asked for and complained about."""

    host: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._look)

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _look(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.foreign.append(request.url)


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """One for all journeys of a process."""
    with started_house() as started:
        yield started


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a file: while it runs, Django refuses this thread its database."""
    require("chromium")
    # a condition is waited for; what comes soon costs no more
    expect.set_options(timeout=1000 * PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def watch(house: House) -> Watch:
    return Watch(urlsplit(house.base_url).netloc)


@pytest.fixture
def page(chromium: Browser, house: House, watch: Watch) -> Iterator[Page]:
    """A fresh window in which nobody is signed in."""
    context = chromium.new_context(base_url=house.base_url, locale="en-GB")
    context.set_default_timeout(1000 * PATIENCE)
    page = context.new_page()
    watch.follow(page)
    yield page
    context.close()
